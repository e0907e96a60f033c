/** A preset's value for a key of the policy, and why it is that. */
interface PresetRule {
  readonly value: string | number | readonly string[];
  readonly why: string;
}

/** What a kind of workload may be like. */
interface Preset {
  readonly name: string;
  /** What runs under it. */
  readonly about: string;
  /** By key: `thresholds.os`, `grace.HIGH`. */
  readonly rules: Readonly<Record<string, PresetRule>>;
}

const SECRET: PresetRule = {
  value: 'any',
  why: 'whoever can pull the image has the secret, whatever the image is for',
};
const EXPLOITED: PresetRule = { value: 'any', why: 'somebody uses it today; nobody may wait for a fix in the open' };

/** Work by hand, reached by one person, often behind a log-in: what matters is what opens it to others. */
const notebook: Preset = {
  name: 'notebook',
  about: 'an interactive environment for one person',
  rules: {
    'thresholds.os': {
      value: 'fixable:CRITICAL',
      why: 'the person in it may run anything anyway; hundreds of open findings of a full distribution would only be waved through',
    },
    'thresholds.language': { value: 'fixable:CRITICAL', why: 'what can be renewed is renewed, as for the system' },
    'thresholds.native': { value: 'fixable:CRITICAL', why: 'what can be renewed is renewed, as for the system' },
    'thresholds.model': { value: 'HIGH', why: 'models of others are opened here first, with the rights of a person' },
    'thresholds.notebook': { value: 'HIGH', why: 'a notebook server without a token is a shell for everybody' },
    'thresholds.secret': SECRET,
    exploited: { value: 'fixable', why: 'a notebook is rebuilt in minutes: what is exploited and mended has to go' },
    'grace.CRITICAL': { value: '14d', why: 'two weeks are one working rhythm of a team' },
    'coverage.packages': { value: '90%', why: 'people install what no publisher speaks of' },
    'coverage.database-age': { value: '7d', why: 'older data does not know of last week' },
  },
};

/** Reads data and models from elsewhere, holds credentials and costly machines, takes no requests. */
const training: Preset = {
  name: 'training',
  about: 'a job that reads data and models and writes weights',
  rules: {
    'thresholds.os': { value: 'fixable:CRITICAL', why: 'nothing asks it from outside; what is worst and mended goes' },
    'thresholds.language': {
      value: 'fixable:HIGH',
      why: 'Python libraries parse the data of others: that is its open side',
    },
    'thresholds.native': { value: 'fixable:HIGH', why: 'codecs and numerical libraries parse the same data' },
    'thresholds.model': {
      value: 'HIGH',
      why: 'a checkpoint that runs code runs it beside the data and its credentials',
    },
    'thresholds.notebook': { value: 'HIGH', why: 'nobody is to log in to a job' },
    'thresholds.secret': SECRET,
    exploited: EXPLOITED,
    'grace.CRITICAL': { value: '7d', why: 'long runs are not stopped for a day-old advisory' },
    'grace.HIGH': { value: '30d', why: 'images of jobs are rebuilt monthly' },
    'coverage.packages': { value: '95%', why: 'a few home-made packages are normal, a hidden distribution is not' },
    'coverage.database-age': { value: '7d', why: 'older data does not know of last week' },
  },
};

/** Scores stored inputs of others, unattended and on a schedule. */
const batch: Preset = {
  name: 'batch',
  about: 'inference on stored inputs, on a schedule',
  rules: {
    'thresholds.os': { value: 'fixable:HIGH', why: 'it runs unattended for months, so it starts clean' },
    'thresholds.language': { value: 'fixable:HIGH', why: 'its inputs are written by others' },
    'thresholds.native': { value: 'fixable:HIGH', why: 'its inputs are written by others' },
    'thresholds.model': { value: 'MEDIUM', why: 'the model is a chosen one by now: it need not run code' },
    'thresholds.notebook': { value: 'LOW', why: 'nobody works in it' },
    'thresholds.configuration': { value: 'HIGH', why: 'it stays as it is for months' },
    'thresholds.secret': SECRET,
    exploited: EXPLOITED,
    epss: { value: '>0.5', why: 'more likely than not within a month, which is how long it runs' },
    'grace.CRITICAL': { value: '7d', why: 'a schedule leaves time to rebuild' },
    'grace.HIGH': { value: '30d', why: 'a monthly rebuild takes them along' },
    'end-of-life': { value: 'refused', why: 'no more fixes, and no more advisories that would tell' },
    'coverage.packages': { value: '95%', why: 'what nobody judged is not clean' },
    'coverage.database-age': { value: '3d', why: 'it is scanned by a pipeline, which can renew its data' },
  },
};

/** Answers requests of strangers, all the time. */
const realTime: Preset = {
  name: 'real-time',
  about: 'an endpoint that answers requests',
  rules: {
    'thresholds.os': {
      value: ['CRITICAL', 'fixable:HIGH'],
      why: 'strangers reach it: the worst is out of the question even where nobody has mended it',
    },
    'thresholds.language': { value: ['CRITICAL', 'fixable:HIGH'], why: 'the server and its parsers are Python' },
    'thresholds.native': { value: ['CRITICAL', 'fixable:HIGH'], why: 'images and tensors are parsed by native code' },
    'thresholds.model': { value: 'LOW', why: 'weights for serving need no code: safetensors, ONNX, GGUF' },
    'thresholds.notebook': { value: 'any', why: 'nothing of a notebook belongs into an endpoint' },
    'thresholds.configuration': { value: 'MEDIUM', why: 'what is open is found within hours' },
    'thresholds.secret': SECRET,
    'thresholds.cis': { value: 'level1', why: 'user, health check, no set-uid programs: what contains a break-in' },
    exploited: EXPLOITED,
    epss: { value: '>0.1', why: 'one in ten within a month is a bet against a service that is always up' },
    'grace.HIGH': { value: '14d', why: 'two weeks to rebuild and roll out; for CRITICAL there is none' },
    'end-of-life': { value: 'refused', why: 'no more fixes, and no more advisories that would tell' },
    'coverage.packages': { value: '100%', why: 'what nobody judged is not clean' },
    'coverage.database-age': { value: '2d', why: 'it is scanned by a pipeline, which can renew its data' },
  },
};

/** The presets, by growing exposure. */
export const PRESETS: readonly Preset[] = [notebook, training, batch, realTime];
