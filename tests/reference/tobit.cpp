// Two-limit Tobit with crossed random intercepts, for TMB: the Laplace approximation with exact
// derivatives, sharing no code with this package. Compiled by fit_references.R.
#include <TMB.hpp>

template <class Type>
Type objective_function<Type>::operator()() {
  DATA_VECTOR(y);
  DATA_MATRIX(X);
  DATA_IVECTOR(person);
  DATA_IVECTOR(vignette);
  DATA_SCALAR(lower);
  DATA_SCALAR(upper);
  PARAMETER_VECTOR(beta);
  PARAMETER(log_sigma);
  PARAMETER_VECTOR(log_sd);
  PARAMETER_VECTOR(u);
  PARAMETER_VECTOR(v);
  vector<Type> eta = X * beta;
  Type sigma = exp(log_sigma);
  Type nll = -sum(dnorm(u, Type(0), exp(log_sd(0)), true)) - sum(dnorm(v, Type(0), exp(log_sd(1)), true));
  for (int i = 0; i < y.size(); i++) {
    Type mean = eta(i) + u(person(i)) + v(vignette(i));
    if (y(i) <= lower) nll -= log(pnorm(lower, mean, sigma));
    else if (y(i) >= upper) nll -= log(pnorm(-upper, -mean, sigma));
    else nll -= dnorm(y(i), mean, sigma, true);
  }
  return nll;
}
