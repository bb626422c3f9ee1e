// A stub of jatos.js, written from its documented functions: what a study run may call. Session data and
// results are kept in the browser's storage as JATOS keeps them on its server; the batch session, which all
// study runs share, is at the stub's server (`jatos_stub.py`). It is not JATOS.
//
// `?worker=` names the study run (31 if there is none). As on JATOS, a run has a copy of the batch session with
// a version, a patch of another version than the server's is refused, and a study can be ended only once.
(() => {
  const kept = (name, empty) => JSON.parse(localStorage.getItem("stub:" + name)) ?? empty;
  const keep = (name, value) => localStorage.setItem("stub:" + name, JSON.stringify(value));
  const urlQueryParameters = Object.fromEntries(new URLSearchParams(location.search));
  const studyResultId = urlQueryParameters.worker ?? "31";
  const own = (name) => (studyResultId === "31" ? name : `${name}:${studyResultId}`);
  const fails = (name) => {
    const failures = kept(name, 0);
    if (failures > 0) keep(name, failures - 1);
    return failures > 0;
  };
  const done = async (act) => {
    if (fails("failures")) throw "the stub fails";
    return act();
  };
  const ask = async (what) => (await fetch("jatos", { method: "POST", body: JSON.stringify(what) })).json();
  let batch = { data: {}, version: 0 };
  const look = async () => (batch = await ask({ run: studyResultId }));
  let isEnding = false;
  const end = async (how, ok, message) => {
    if (isEnding) throw "Can end/abort study only once.";
    isEnding = true;
    if (fails("end_failures")) throw "the stub fails";
    keep(own("ended"), [how, ok, message]);
  };
  window.jatos = {
    onLoad: (ready) => void look().then(ready),
    studyResultId,
    urlQueryParameters,
    get studySessionData() {
      return kept(own("session"), {});
    },
    setStudySessionData: (data) => done(() => keep(own("session"), data)),
    appendResultData: (text) => done(() => keep(own("result"), kept(own("result"), "") + text)),
    submitResultData: (text) => done(() => keep(own("result"), text)),
    endStudyWithoutRedirect: (ok, message) => end("without", ok, message),
    endStudy: (ok, message) => end("with", ok, message),
    batchSession: {
      find: (path) => structuredClone(batch.data[path.slice(1)]),
      async add(path, value) {
        const { fault } = await ask({ version: batch.version, path, value });
        await look();
        if (fault) throw fault;
      },
    },
  };
})();
