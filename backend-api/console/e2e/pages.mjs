// The console's pages in Chromium against the real backend: signs in, finds, makes, edits, cancels. Says
// what it did as JSON, one object a line on stdout; when something is wrong, which step and what the page
// shows, and it ends with status 1.
//
//   BASE_URL    the backend, e.g. http://127.0.0.1:8080
//   LOGIN, PASSWORD   of an administrator
//   SHOTS       folder for pictures, of each page at both sizes (none)
//   CHROMIUM    the browser (/usr/bin/chromium)
//   STEPS       words in the names of the steps that are wanted, with | between (all)
//
// Or without these: BACKEND=path/to/backend-api starts the demonstration in a folder of its own, with
// CONTENT (../demo/township) and CONSOLE (dist), and ends it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { branchSteps } from './branches.mjs';
import { dutySteps } from './duty.mjs';
import { evaluationSteps } from './evaluations.mjs';
import { financeSteps } from './finance.mjs';
import { handingSteps } from './handing.mjs';
import { atTheOffice, env, run, until } from './kit.mjs';
import { liveSteps } from './live.mjs';
import { meetingSteps } from './meetings.mjs';
import { paperSteps } from './paper.mjs';
import { peopleSteps } from './people.mjs';
import { publishSteps } from './publish.mjs';
import { roleSteps } from './roles.mjs';
import { rollSteps } from './rolls.mjs';
import { serviceSteps } from './services.mjs';
import { signInSteps, signOutSteps } from './sign_in.mjs';
import { todaySteps } from './today.mjs';

/** The demonstration reads its content first. */
const START_MS = 300_000;

/** A free port, as the system gives it. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Name and password, as the demonstration leaves them in its folder. */
function credentials(data) {
  const [login, password] = readFileSync(join(data, 'admin-password.txt'), 'utf8')
    .trim()
    .split(' ');
  return { login, password };
}

/** Starts the demonstration, and waits until it says where it is. */
async function demonstration(program) {
  const folder = mkdtempSync(join(tmpdir(), 'console-pages-'));
  const data = join(folder, 'data');
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(
    program,
    ['demo', '--no-meeting', '--data', data, '--listen', new URL(url).host].concat(
      ['--content', env('CONTENT', '../demo/township')],
      ['--console', env('CONSOLE', 'dist')],
    ),
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  let ended = null;
  server.on('exit', (code) => (ended = code ?? 'a signal'));
  server.on('error', (error) => (ended = error.message));
  const account = await until(
    'the demonstration does not start',
    () => {
      if (ended !== null) throw new Error(`the demonstration ended: ${ended}`);
      return fetch(`${url}/readyz`)
        .then(({ ok }) => ok && credentials(data))
        .catch(() => false);
    },
    START_MS,
  );
  const end = async () => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    if (ended === null && server.kill()) await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, ...account, end };
}

const backend = process.env.BACKEND
  ? await demonstration(process.env.BACKEND)
  : {
      url: env('BASE_URL').replace(/\/$/, ''),
      login: env('LOGIN'),
      password: env('PASSWORD'),
      end: () => undefined,
    };

const tools = await atTheOffice(backend);
const steps = {
  ...signInSteps(tools),
  ...meetingSteps(tools),
  ...dutySteps(tools),
  ...branchSteps(tools),
  ...todaySteps(tools),
  ...publishSteps(tools),
  ...financeSteps(tools),
  ...serviceSteps(tools),
  ...evaluationSteps(tools),
  ...paperSteps(tools),
  ...handingSteps(tools),
  ...peopleSteps(tools),
  ...rollSteps(tools),
  ...liveSteps(tools),
  ...roleSteps(tools),
  ...signOutSteps(tools),
};
const wanted = new RegExp(`^signing in$|${process.env.STEPS ?? ''}`);
if (!(await run(steps, tools, wanted))) process.exitCode = 1;
await tools.browser.close();
await backend.end();
