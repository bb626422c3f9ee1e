// A stub of jatos.js, written from its documented functions: what a study run may call, kept in the
// browser's storage as JATOS keeps it on its server. It is not JATOS.
(() => {
  const kept = (name, empty) => JSON.parse(localStorage.getItem("stub:" + name)) ?? empty;
  const keep = (name, value) => localStorage.setItem("stub:" + name, JSON.stringify(value));
  const done = async (act) => {
    const failures = kept("failures", 0);
    keep("calls", kept("calls", 0) + 1);
    if (failures > 0) {
      keep("failures", failures - 1);
      throw "the stub fails";
    }
    return act();
  };
  window.jatos = {
    onLoad: (ready) => setTimeout(ready, 5),
    studyResultId: "31",
    urlQueryParameters: Object.fromEntries(new URLSearchParams(location.search)),
    get studySessionData() {
      return kept("session", {});
    },
    setStudySessionData: (data) => done(() => keep("session", data)),
    appendResultData: (text) => done(() => keep("result", kept("result", "") + text)),
    submitResultData: (text) => done(() => keep("result", text)),
    endStudyWithoutRedirect: (ok, message) => done(() => keep("ended", ["without", ok, message])),
    endStudy: (ok, message) => done(() => keep("ended", ["with", ok, message])),
    batchSession: {
      find: (path) => kept("batch", {})[path.slice(1)],
      add: (path, value) =>
        done(() => {
          const batch = kept("batch", {});
          const [, name, slot] = path.split("/");
          if (slot === undefined) batch[name] = value;
          else batch[name][slot] = value;
          keep("batch", batch);
        }),
    },
  };
})();
