r"""Restricted likelihood of linear mixed models, for many studies with one design.

Given the stimuli, participants are independent. The random terms within participants and the
residual have the covariance B = s^2 I + Z F Z'; all other terms, such as those of stimuli, are W G W', with d columns
T = [X, W] in total. With G = L L', I_W = 1 in the columns of W and 0 in those of X, and
H = L (L'T'B^-1 T L + I_W)^-1 L',

    V = B + W G W',   P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1 = B^-1 - B^-1 T H T'B^-1

(Henderson 1975 [M+]; Woodbury). The criterion is -2 log L = log|V| + log|X'V^-1 X| + y'P y, with
V = sum_k phi_k D_k linear in the K variance parameters:

    gradient   tr(P D_k) - y'P D_k P y,         Hessian   -tr(P D_k P D_l) + 2 y'P D_k P D_l P y.

Matrices a I + Z Q Z' are closed under products, so that everything is a combination of the J sums of ``designs``.
Arrays: n studies first; K parameters, those within participants first, the residual the last of them; c contrasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.power.blocks import Array, Blocks
from analysis.power.designs import Answers, Design, Sums, spectral, square, square_root
from analysis.power.terms import entries


@dataclass(frozen=True)
class Derivatives:
    """The criterion and its derivatives with respect to the variance parameters."""

    criterion: Array
    """(n,) without the constant (rows - p) log 2 pi."""
    gradient: Array
    """(n, K)"""
    hessian: Array
    """(n, K, K)"""

    def of(self, chosen: Any) -> Derivatives:
        """Return the derivatives of some of the studies."""
        return Derivatives(self.criterion[chosen], self.gradient[chosen], self.hessian[chosen])

    def where(self, chosen: NDArray[np.bool_], other: Derivatives) -> Derivatives:
        """Return these derivatives for the chosen studies, and others for the rest."""
        return Derivatives(
            np.where(chosen, self.criterion, other.criterion),
            np.where(chosen[:, None], self.gradient, other.gradient),
            np.where(chosen[:, None, None], self.hessian, other.hessian),
        )


@dataclass(frozen=True)
class Effects:
    """Generalised least-squares estimates at given variances."""

    estimate: Array
    """(n, c); not defined without answers."""
    covariance: Array
    """(n, c, c) covariance of the estimates, as reported by the model."""
    slope: Array
    """(n, K, c, c) derivatives of the covariance with respect to the parameters."""


def information(design: Design, phi: Array) -> Array:
    """Compute the expected REML information (n, K, K), tr(P D_k P D_l) / 2, at the parameters phi (n, K)."""
    return _At(design, phi).traces()[1] / 2


def derivatives(design: Design, phi: Array, answers: Answers) -> Derivatives:
    """Evaluate the criterion of n studies at their parameters phi (n, K)."""
    at = _At(design, phi)
    gradient, second = at.traces()
    own, split, hessian = at.own, at.split, -second
    criterion = own.log_det + np.einsum("nj,nj->n", own.coef, answers.squares)
    # In terms of the original fixed-effects columns, not the orthonormal ones.
    criterion += 2 * np.log(np.abs(np.diag(design.sums.triangle))).sum()
    left = answers.squares.copy()
    for part, right in zip(at.parts, answers.right, strict=True):
        n, count, *shape = right.shape
        flat = right.reshape(n, count, -1)
        b = (own.coef[:, None] @ flat).reshape(n, *shape)
        u = part.H @ b
        e = b - part.A @ u
        g = (own.coef1 @ flat).reshape(n, split, *shape) - part.A1 @ u[:, None]
        moved = part.E @ e[:, None]
        criterion += part.log_det - np.einsum("nbsm,nbsm->n", b, u)
        gradient[:, split:] -= _dots(moved, e[:, None])[:, :, 0]
        hessian[:, :split, :split] -= 2 * _dots(g, part.H[:, None] @ g)
        across = 2 * _dots(g, moved - part.HA[:, None] @ moved)
        hessian[:, :split, split:] += across
        hessian[:, split:, :split] += across.swapaxes(1, 2)
        hessian[:, split:, split:] += 2 * _dots(moved, part.Q[:, None] @ moved)
        left += own.size * (u @ u.swapaxes(-1, -2)).reshape(n, -1) @ part.sums.T
        left -= 2 * (flat @ u.reshape(n, -1, 1))[:, :, 0]
    gradient[:, :split] -= np.einsum("nkj,nj->nk", own.coef1, left)
    hessian[:, :split, :split] += 2 * np.einsum("nklj,nj->nkl", own.coef2, left)
    return Derivatives(criterion, gradient, hessian)


def effects(design: Design, phi: Array, weights: Array, answers: Answers | None = None) -> Effects:
    """Estimate contrasts, given as weights (c, d), at the parameters phi (n, K)."""
    at, n, c = _At(design, phi), len(phi), len(weights)
    estimate, covariance = np.zeros((n, c)), np.zeros((n, c, c))
    slope = np.zeros((n, phi.shape[1], c, c))
    for i, part in enumerate(at.parts):
        w = np.einsum("bmsd,cd->bmsc", part.blocks.basis, weights)
        h = part.H[:, :, None] @ w
        covariance += np.einsum("bmsc,nbmse->nce", w, h, optimize=True)
        inside = part.A1[:, :, :, None] @ h[:, None]
        slope[:, : at.split] += np.einsum("nbmsc,nkbmse->nkce", h, inside, optimize=True)
        shown = part.A[:, :, None] @ h
        outside = part.E[:, :, None] @ shown[:, None]
        slope[:, at.split :] += np.einsum("nbmsc,nkbmse->nkce", shown, outside, optimize=True)
        if answers is not None:
            right = np.einsum("nj,njbsm->nbsm", at.own.coef, answers.right[i], optimize=True)
            estimate += np.einsum("bmsc,nbsm->nc", w, part.H @ right, optimize=True)
    return Effects(estimate, covariance, slope)


def kenward_roger(
    design: Design, phi: Array, weights: Array, has: NDArray[np.bool_] | None = None
) -> tuple[Array, Array]:
    """Return variances and degrees of freedom (n, c) of contrasts (c, d) by Kenward and Roger, as ``analysis.models`` does.

    With a = V^-1 X (X'V^-1 X)^-1 c and W the inverse of the information,

        variance = a'V a + 2 sum_kl W_kl a'D_k P D_l a,     df = 2 (a'V a)^2 / sum_kl W_kl (a'D_k a) (a'D_l a).

    Parameters
    ----------
    has
        (K,) whether a parameter is one of the model (default: all are).
    """
    at = _At(design, phi)
    inside = np.outer(has, has) if has is not None else 1.0
    spread = np.linalg.pinv(at.traces()[1] / 2 * inside, hermitian=True)
    n, count, c = len(phi), spread.shape[1], len(weights)
    plain, slope = np.zeros((n, c)), np.zeros((n, count, c))
    added = np.zeros((n, c))
    for part in at.parts:
        w = np.einsum("bmsd,cd->bsmc", part.blocks.basis, weights)
        b, s = w.shape[:2]
        h = part.H @ w.reshape(b, s, -1)
        shown = part.A @ h
        moved = np.concatenate([part.A1 @ h[:, None], part.E @ shown[:, None]], axis=1)
        # T'B^-1 D_k P D_l B^-1 T, in two parts: before and after the stimuli are taken into account.
        split, A2 = at.split, part.twice(at.own)
        outer = moved[:, split:]
        held = moved.copy()
        held[:, split:] = part.A[:, None] @ outer
        bent = -np.einsum("nkbsx,nbst,nlbtx->nklbx", held, part.H, held, optimize=True)
        bent[:, :split, :split] += np.einsum("nbsx,nklbst,nbtx->nklbx", h, A2, h, optimize=True)
        bent[:, split:, split:] += np.einsum(
            "nkbsx,nbst,nlbtx->nklbx", outer, part.A, outer, optimize=True
        )
        across = np.einsum("nkbsx,nlbsx->nklbx", moved[:, :split], outer, optimize=True)
        bent[:, :split, split:] += across
        bent[:, split:, :split] += across.swapaxes(1, 2)

        plain += _of_contrasts(np.einsum("bsx,nbsx->nbx", w.reshape(b, s, -1), h), c)
        slope[:, :split] += _of_contrasts(np.einsum("nbsx,nkbsx->nkbx", h, moved[:, :split]), c)
        slope[:, split:] += _of_contrasts(np.einsum("nbsx,nkbsx->nkbx", shown, outer), c)
        added += np.einsum("nkl,nklc->nc", spread, _of_contrasts(bent, c))
    corrected = plain + 2 * added
    df = 2 * plain**2 / np.einsum("nkc,nkl,nlc->nc", slope, spread, slope)
    return np.where(corrected > 0, corrected, plain), df


def _of_contrasts(values: Array, c: int) -> Array:
    """Sum values (..., b, copies and contrasts) over blocks and their copies: (..., c)."""
    *whole, copies = values.shape
    return np.asarray(values.reshape(*whole, copies // c, c).sum(axis=(-3, -2)))


def margin(design: Design, phi: Array) -> Array:
    """Return the smallest variance in any direction of a participant's answers (n,), as a share of the residual variance."""
    if not any(design.free_terms):
        return np.ones(len(phi))
    split, own = design.residual, design.sums
    inner = np.tensordot(phi[:, :split] / phi[:, split, None], own.inside, 1)
    root = spectral(own.products, square_root)
    spread = np.linalg.eigvalsh(root @ inner[:, None] @ root)
    return np.asarray(1 + np.minimum(spread.min(axis=(1, 2)), 0))


class _At:
    """A design at given variance parameters."""

    def __init__(self, design: Design, phi: Array) -> None:
        self.split = design.residual + 1
        self.own = _Within(design.sums, phi[:, : self.split])
        roots, at = [], self.split
        for size in design.sizes[len(design.inner) + 1 :]:
            block = spectral(square(phi[:, at : at + entries(size)], size), square_root)
            roots.append(block[:, *np.tril_indices(size)])
            at += entries(size)
        whole = np.concatenate(roots, axis=1) if roots else np.zeros((len(phi), 0))
        self.parts = [_Part(part, self.own, whole) for part in design.sums.blocks]

    def traces(self) -> tuple[Array, Array]:
        """Compute tr(P D_k) (n, K) and tr(P D_k P D_l) (n, K, K)."""
        own, split = self.own, self.split
        n, count = len(own.coef), split + len(self.parts[0].E)
        first, second = np.zeros((n, count)), np.zeros((n, count, count))
        held = np.zeros_like(own.coef)
        for part in self.parts:
            copies = part.blocks.copies[:, None, None]
            held += own.size * (part.H * copies).reshape(n, -1) @ part.sums.T
            within = part.H[:, None] @ part.A1
            second[:, :split, :split] += _dots(within * copies, within.swapaxes(-1, -2))
            first[:, split:] += _dots((part.Q * copies)[:, None], part.E[None])[:, 0]
            leap = np.eye(part.H.shape[-1]) - part.HA
            seen = leap.swapaxes(-1, -2)[:, None] @ part.A1 @ leap[:, None]
            across = _dots(seen * copies, part.E[None])
            second[:, :split, split:] += across
            second[:, split:, :split] += across.swapaxes(1, 2)
            outside = part.Q[:, None] @ part.E
            second[:, split:, split:] += _dots(outside * copies, outside.swapaxes(-1, -2))
        first[:, :split] += own.trace1 - np.einsum("nkj,nj->nk", own.coef1, held)
        second[:, :split, :split] += own.trace2 - 2 * np.einsum("nklj,nj->nkl", own.coef2, held)
        return first, second


class _Within:
    """Products of B^-1 and D_k, each a I + Z Q Z', as combinations of the J sums: (..., J)."""

    def __init__(self, sums: Sums, phi: Array) -> None:
        self.size = sums.size
        zz, eye = sums.products, np.eye(sums.products.shape[-1])
        s2, F = phi[:, -1, None], np.tensordot(phi[:, :-1], sums.inside, 1)
        inner = s2[..., None, None] * eye + F[:, None] @ zz
        sign, size = np.linalg.slogdet(inner)
        size = size + np.log(s2) * (sums.length - len(eye))
        # A variance that may be negative can make at most one eigenvalue of a participant's covariance negative.
        sound = (sign > 0).all(axis=1)
        self.log_det = np.where(sound, size @ sums.count, np.inf)
        # What is no covariance has an infinite criterion; the residual alone takes its place, which can be inverted.
        inner = np.where(sound[:, None, None, None], inner, s2[..., None, None] * eye)
        F = np.where(sound[:, None, None], F, 0.0)
        N = np.linalg.solve(inner, np.broadcast_to(F[:, None], inner.shape))
        B = 1 / s2, -N / s2[..., None, None]
        rest = (eye - zz @ N)[:, None] / s2[..., None, None, None]
        moved = np.concatenate([sums.inside[None, :, None] @ rest, B[1][:, None]], axis=1)
        alone = np.zeros(moved.shape[:2])
        alone[:, -1] = 1 / s2[:, 0]
        DB, later = (alone, moved), (alone[:, None], moved[:, None])
        BDB = _times((B[0], B[1][:, None]), DB, zz)
        BDBDB = _times((BDB[0][:, :, None], BDB[1][:, :, None]), later, zz)
        twice = _times((alone[:, :, None], moved[:, :, None]), later, zz)
        self.coef = _packed((B[0][:, 0], B[1]), sums)
        self.coef1, self.coef2 = _packed(BDB, sums), _packed(BDBDB, sums)
        self.trace1, self.trace2 = _trace(DB, sums), _trace(twice, sums)


class _Part:
    """The mixed-model equations in all blocks of one size."""

    def __init__(self, blocks: Blocks, own: _Within, whole: Array) -> None:
        (n, count), (_, b, s, _) = own.coef.shape, blocks.kernels.shape
        self.blocks, self.sums = blocks, blocks.kernels[:count].reshape(count, -1)
        self.A = own.size * (own.coef @ self.sums).reshape(n, b, s, s)
        self.A1 = own.size * (own.coef1 @ self.sums).reshape(n, -1, b, s, s)
        fixed, self.E = blocks.kernels[count], blocks.kernels[count + 1 :]
        L = fixed + np.tensordot(whole, self.E, 1)
        core = L @ self.A @ L + (np.eye(s) - fixed)
        self.log_det = np.linalg.slogdet(core)[1] @ blocks.copies
        self.H = L @ np.linalg.inv(core) @ L
        self.HA = self.H @ self.A
        self.Q = self.A - self.A @ self.HA

    def twice(self, own: _Within) -> Array:
        """Return T'B^-1 D_k B^-1 D_l B^-1 T (n, k, l, b, s, s) of the parameters within participants."""
        n, count, *_ = own.coef2.shape
        b, s = self.A.shape[1:3]
        return np.asarray(own.size * (own.coef2 @ self.sums).reshape(n, count, count, b, s, s))


def _times(one: tuple[Array, Array], other: tuple[Array, Array], zz: Array) -> tuple[Array, Array]:
    (a, P), (b, Q) = one, other
    return a * b, a[..., None, None, None] * Q + b[..., None, None, None] * P + P @ zz @ Q


def _packed(pair: tuple[Array, Array], sums: Sums) -> Array:
    kind, a, b = sums.places
    even = (pair[1] + pair[1].swapaxes(-1, -2)) / 2
    return np.concatenate([pair[0][..., None], even[..., kind, a, b]], axis=-1)


def _trace(pair: tuple[Array, Array], sums: Sums) -> Array:
    inner = np.einsum("...gab,gba->...g", pair[1], sums.products)
    return np.asarray((pair[0][..., None] * sums.length + inner) @ sums.count)


def _dots(one: Array, other: Array) -> Array:
    """Sum the products of (n, k, ...) and (n, l, ...): (n, k, l)."""
    length = int(np.prod(one.shape[2:]))
    left, right = one.reshape(*one.shape[:2], length), other.reshape(*other.shape[:2], length)
    return np.asarray(left @ right.swapaxes(-1, -2))
