/** jsPsych, as its browser build leaves it on the page (`page.py` puts that build before our modules). */

export const { initJsPsych, ParameterType } = globalThis.jsPsychModule;
