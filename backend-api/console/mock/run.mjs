// `npm run mock`: the built console against the mock, for a look by hand. Password: secret-password.
import { chromium } from 'playwright-core';

import { startRelay } from './relay.mjs';
import { startMock } from './server.mjs';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-features=WebRtcHideLocalIpsWithMdns'],
});
const mock = await startMock(await startRelay(browser), { port: Number(process.env.PORT ?? 5180) });
console.log(`${mock.url}/console/`);
