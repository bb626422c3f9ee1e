"""Split a space into the subspaces that a family of symmetric matrices keeps apart.

If every matrix of the family (here: the kernels of the covariance and the projector on the fixed
effects) maps a subspace into itself, data in it are independent of data outside it whatever the
variances are. A random member of the family has these subspaces as unions of its eigenspaces;
eigenspaces that another member links belong together. An eigenspace of dimension m > 1 tells
that the same small matrix acts m times, on m independent vectors. (The idea is that of
numerical block-diagonalisation of matrix *-algebras: Murota, Kanno, Kojima & Kojima 2010,
Japan J. Indust. Appl. Math. 27:125-160 [M+]; the code checks its own result.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Subspace:
    """An invariant subspace, as m copies of r dimensions."""

    basis: Array
    """(m, D, r) orthonormal basis of each copy."""
    kernels: Array
    """(J, r, r) what each member of the family does in every copy."""


def invariant_subspaces(family: Array, tolerance: float = 1e-9) -> list[Subspace]:
    """Decompose R^D under a family of symmetric matrices.

    Parameters
    ----------
    family
        (J, D, D) symmetric matrices.
    tolerance
        Entries below this, after scaling every matrix to norm 1, count as zero.

    Returns
    -------
    list of Subspace
        Together their bases are an orthonormal basis of R^D.
    """
    size = np.linalg.norm(family, axis=(1, 2), keepdims=True)
    scaled = family / np.where(size > 0, size, 1)
    weights = np.random.default_rng(1).uniform(0.5, 1.5, len(family))
    values, vectors = np.linalg.eigh(np.einsum("j,jab->ab", weights, scaled))
    cuts = np.flatnonzero(np.diff(values) > tolerance) + 1
    spaces = np.split(vectors, cuts, axis=1)
    found = []
    for members in _linked(spaces, scaled, tolerance):
        aligned = _align([spaces[a] for a in members], scaled, tolerance)
        found.append(_subspace(aligned, family))
    return found


def _linked(spaces: list[Array], family: Array, tolerance: float) -> list[list[int]]:
    """Connected components of eigenspaces, in breadth-first order."""
    left = set(range(len(spaces)))
    components = []
    while left:
        component = [left.pop()]
        for a in component:
            near = [b for b in sorted(left) if _link(spaces[a], spaces[b], family) > tolerance]
            left.difference_update(near)
            component += near
        components.append(component)
    return components


def _link(a: Array, b: Array, family: Array) -> float:
    return float(np.abs(a.T @ family @ b).max())


def _align(spaces: list[Array], family: Array, tolerance: float) -> Array:
    """(m, D, r) bases in which every member acts alike on m copies; m = 1 if none exist."""
    together = np.concatenate(spaces, axis=1)[None]
    m = spaces[0].shape[1]
    if m == 1 or any(space.shape[1] != m for space in spaces):
        return together
    aligned = [spaces[0]]
    for space in spaces[1:]:
        bridges = [(space.T @ k @ known) for k in family for known in aligned]
        bridge = max(bridges, key=lambda block: float(np.abs(block).max()))
        aligned.append(space @ bridge / np.sqrt((bridge**2).sum() / m))
    copies = np.stack(aligned, axis=-1).transpose(1, 0, 2)
    acts = np.einsum("mda,jde,neb->jmnab", copies, family, copies)
    alike = acts[:, :1, :1] * np.eye(m)[None, :, :, None, None]
    return copies if np.allclose(acts, alike, atol=np.sqrt(tolerance) * 1e-2) else together


def _subspace(basis: Array, family: Array) -> Subspace:
    kernels = np.einsum("da,jde,eb->jab", basis[0], family, basis[0])
    size = np.linalg.norm(family, axis=(1, 2)).max()
    kernels[np.abs(kernels) < 1e-12 * size] = 0.0
    return Subspace(basis, kernels)
