"""The live preview: the browser's player on this computer, which follows the study file as it is edited."""
