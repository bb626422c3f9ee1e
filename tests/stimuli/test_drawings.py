"""The drawing scripts give the committed pictures, up to what another version of Pillow rounds."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from experiments.places import shipped_folder
from experiments.stimuli.sets import load_set

DOTS = (47, 63, 82, 101, 124, 146, 171, 198)


def pixels(file) -> np.ndarray:
    """Return a picture as an array of height x width x 3."""
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"), dtype=float)


@pytest.mark.parametrize(("name", "number"), [("portraits", 24), ("paintings", 24), ("dots", 8)])
def test_scripts_give_the_committed_pictures(tmp_path, name, number):
    script = shipped_folder("stimuli") / name / "source" / "draw.py"
    subprocess.run([sys.executable, str(script), "--to", str(tmp_path)], check=True)
    committed = sorted((shipped_folder("stimuli") / name / "media").glob("*.png"))
    assert [file.name for file in committed] == sorted(file.name for file in tmp_path.iterdir())
    assert len(committed) == number
    for file in committed:
        difference = np.abs(pixels(file) - pixels(tmp_path / file.name))
        assert difference.mean() < 2.0
        assert (difference.max(axis=2) > 40).mean() < 0.005


def test_the_pictures_differ_from_one_another():
    for name in ("portraits", "paintings", "dots"):
        files = sorted((shipped_folder("stimuli") / name / "media").glob("*.png"))
        seen = [pixels(file) for file in files]
        for k, one in enumerate(seen):
            for other in seen[k + 1 :]:
                assert np.abs(one - other).mean() > 2.0


def test_dots_are_as_many_as_stated():
    stimuli = load_set("dots")
    assert tuple(item.fields["dots"] for item in stimuli.items) == DOTS
    for item in stimuli.items:
        picture = pixels(stimuli.path(item.images[0])).mean(axis=2)
        assert _islands((picture > 200) | (picture < 90)) == item.fields["dots"]


def _islands(mask: np.ndarray) -> int:
    from scipy.ndimage import label

    return int(label(mask)[1])


def test_left_and_right_of_each_pair_are_of_the_same_colours():
    stimuli = load_set("paintings")
    for item in stimuli.items:
        assert [picture.role for picture in item.images] == [
            item.fields["left"],
            item.fields["right"],
        ]
        grounds = []
        for picture in item.images:
            with Image.open(stimuli.path(picture)) as image:
                colours = image.convert("RGB").getcolors(480 * 480)
            grounds.append(np.array(max(colours)[1]))
        # The ground is the commonest colour of both.
        assert np.abs(grounds[0] - grounds[1]).max() <= 2
