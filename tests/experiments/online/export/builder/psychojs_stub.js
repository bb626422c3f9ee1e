/**
 * A stub of PsychoJS, written from what the scripts that PsychoPy compiles call. It is not PsychoJS: it draws
 * nothing, and its clock runs by frames. `globalThis.conditions` reads conditions files.
 *
 * `globalThis.hand(drawn)` is called before each frame with the components on the screen, by name, and the number of pages done;
 * it answers them by `press()`, `rating` and `text`.
 */

let now = 0;
const drawn = new Map();

class Clock {
  constructor() {
    this.reset();
  }
  reset() {
    this.start = now;
  }
  getTime() {
    return now - this.start;
  }
  add() {}
}

class Scheduler {
  constructor() {
    this.tasks = [];
    this.current = null;
    this.stopped = false;
  }
  add(task, ...given) {
    this.tasks.push([task, given]);
  }
  stop() {
    this.stopped = true;
  }
  async run() {
    let state = Scheduler.Event.NEXT;
    while (state === Scheduler.Event.NEXT) {
      if (this.stopped) return Scheduler.Event.QUIT;
      this.current ??= this.tasks.shift() ?? null;
      if (this.current === null) return Scheduler.Event.QUIT;
      const [task, given] = this.current;
      state = task instanceof Scheduler ? await task.run() : await task(...given);
      if (task instanceof Scheduler && state === Scheduler.Event.QUIT && !psychoJS.ended) state = Scheduler.Event.NEXT;
      if (state !== Scheduler.Event.FLIP_REPEAT) this.current = null;
    }
    return state;
  }
}
Scheduler.Event = { NEXT: "next", FLIP_REPEAT: "repeat", FLIP_NEXT: "flip", QUIT: "quit" };

class Component {
  constructor(given) {
    Object.assign(this, given);
    this.status = PsychoJS.Status.NOT_STARTED;
    return new Proxy(this, {
      get: (target, name) => {
        if (name in target || typeof name === "symbol") return target[name];
        // setText, setPos ... as PsychoJS makes them for every attribute.
        const set = /^set([A-Z])(.*)$/.exec(name);
        if (!set) return undefined;
        return (value) => {
          if (value === undefined) throw new Error(`${target.name}.${name}(undefined)`);
          target[set[1].toLowerCase() + set[2]] = value;
        };
      },
    });
  }
  setAutoDraw(isOn) {
    if (isOn) drawn.set(this.name, this);
    else drawn.delete(this.name);
    this.status = isOn ? PsychoJS.Status.STARTED : PsychoJS.Status.FINISHED;
  }
}

class Button extends Component {
  constructor(given) {
    super({ ...given, timesOn: [], timesOff: [], wasClicked: false, pressed: false });
  }
  press() {
    this.pressed = true;
  }
  reset() {
    this.wasClicked = this.pressed;
    this.timesOn = [];
    this.timesOff = [];
  }
  get isClicked() {
    return this.pressed;
  }
  get numClicks() {
    return this.timesOn.length;
  }
}

class Slider extends Component {
  reset() {
    this.rating = undefined;
  }
  getRating() {
    return this.rating;
  }
  getRT() {
    return this.rating === undefined ? undefined : 0.5;
  }
}

class TextBox extends Component {
  refresh() {}
  reset() {}
}

class ImageStim extends Component {
  setImage(path) {
    if (!psychoJS.resources.has(path)) throw new Error(`no resource '${path}'`);
    this.image = path;
  }
}

class TrialHandler {
  constructor({ trialList, nReps, name, method }) {
    if (method !== TrialHandler.Method.SEQUENTIAL) throw new Error("something is drawn at random");
    Object.assign(this, { trialList: trialList ?? [undefined], nReps, name, snapshots: [] });
  }
  set finished(isFinished) {
    for (const snapshot of this.snapshots) snapshot.finished = isFinished;
  }
  *[Symbol.iterator]() {
    for (this.thisN = 0; this.thisN < this.trialList.length * this.nReps; this.thisN += 1) yield this.trialList[this.thisN];
  }
  getSnapshot() {
    const trial = this.trialList[this.thisN];
    const snapshot = { name: this.name, getCurrentTrial: () => trial, finished: false };
    this.snapshots.push(snapshot);
    return snapshot;
  }
  static fromSnapshot() {}
  static importConditions(_, name, rows) {
    if (!psychoJS.resources.has(name)) throw new Error(`no resource '${name}'`);
    return globalThis.conditions(psychoJS.resources.get(name), rows);
  }
}
TrialHandler.Method = { SEQUENTIAL: "sequential", RANDOM: "random" };

let psychoJS;
class PsychoJS {
  constructor() {
    psychoJS = this;
    this.resources = new Map();
    this.entries = [];
    let entry = {};
    this.experiment = {
      addLoop() {},
      removeLoop() {},
      _unfinishedLoops: [],
      addData: (name, value) => (entry[name] = value),
      nextEntry: () => {
        this.entries.push(entry);
        entry = {};
      },
      isEntryEmpty: () => Object.keys(entry).length > 0,
    };
    this.experimentLogger = { setLevel() {} };
    this.serverManager = {};
    this.eventManager = { getKeys: () => [], clearEvents() {} };
    this.gui = { DlgFromDict: () => () => Scheduler.Event.NEXT, dialogComponent: { button: "OK" } };
    this.window = { getActualFrameRate: () => 20, monitorFramePeriod: 0.05, close() {} };
    this.scheduler = new Scheduler();
  }
  openWindow() {}
  schedule(task) {
    this.scheduler.add(task);
  }
  scheduleCondition(condition, then, otherwise) {
    this.scheduler.add(() => {
      this.scheduler.add(condition() ? then : otherwise);
      return Scheduler.Event.NEXT;
    });
  }
  importAttributes(trial) {
    Object.assign(globalThis, trial ?? {});
  }
  setRedirectUrls() {}
  quit({ isCompleted }) {
    this.ended = true;
    this.isCompleted = isCompleted;
  }
  async start({ resources }) {
    for (const { name, path } of resources) this.resources.set(name, path);
    for (let frames = 0; frames < 200_000; frames += 1) {
      const state = await this.scheduler.run();
      if (state === Scheduler.Event.QUIT) break;
      now += 0.05;
      for (const button of drawn.values()) button.pressed = false;
      globalThis.hand(drawn, this.entries.filter((each) => each.screen).length);
    }
    globalThis.ended(this.entries, this.isCompleted);
  }
}
PsychoJS.Status = { NOT_STARTED: 0, STARTED: 1, FINISHED: 2 };

class Color {}
const url = new Map();

export const core = { PsychoJS, Logger: { ServerLevel: { INFO: 1 } } };
export const data = { TrialHandler, MultiStairHandler: class {} };
export const util = {
  Scheduler,
  Clock,
  CountdownTimer: Clock,
  MonotonicClock: { getDateStr: () => "2026-01-01" },
  Color,
  round: Math.round,
  getUrlParameters: () => url,
  addInfoFromUrl: (info) => Object.assign(info, globalThis.link),
};
export const visual = { TextStim: Component, ImageStim, ButtonStim: Button, Slider, TextBox };
export const hardware = {};
export const sound = {};
