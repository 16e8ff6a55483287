// A backend of a few hundred lines that forgets everything: for looking at the console while
// writing it, and for its tests in Chromium.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startDuty } from './duty.mjs';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
};
/** As the backend sends it. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; " +
  "media-src 'self' blob:; connect-src 'self' http: https:; worker-src 'self' blob:; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TOWN = { id: 'o0', name: '清河镇' };
const VILLAGES = [
  '柳林村',
  '石桥村',
  '东坡村',
  '青山村',
  '双井村',
  '河湾村',
  '南岭村',
  '大坝村',
  '枣园村',
  '新桥村',
  '望山村',
  '白塔村',
];

const organizations = [
  { id: 'o0', parent_id: null, kind: 'township', code: '370000', name: '清河镇' },
  ...VILLAGES.map((name, index) => ({
    id: `o${index + 1}`,
    parent_id: 'o0',
    kind: 'village',
    code: `3700${String(index + 1).padStart(2, '0')}`,
    name,
  })),
];

function meeting(id, title, kind, state, starts_at_ms, more = {}) {
  return {
    meeting: {
      id,
      meeting_kind: kind,
      state,
      title,
      agenda: '',
      organization: TOWN,
      starts_at_ms,
      planned_ms: HOUR,
      ...more,
    },
    audience: TOWN,
    audience_code: '370000',
    organization_code: '370000',
    record: true,
    recording_list: 'news',
    recording: state === 'ended' ? 'published' : 'none',
    version: 1,
    created_by: 'admin',
  };
}

/** Starts it on a free port. `relay` carries the media. */
export async function startMock(relay, { port = 0, secondFactor = false } = {}) {
  const now = () => Date.now();
  const midnight = new Date().setHours(0, 0, 0, 0);
  const meetings = [
    meeting('m1', '十一月党员大会', 'conference', 'scheduled', now() + 5 * MINUTE),
    meeting('m2', '冬季森林防火动员会', 'broadcast', 'scheduled', midnight + DAY + 9 * HOUR),
    meeting('m3', '农业技术讲座：大棚蔬菜越冬', 'broadcast', 'ended', midnight - DAY + 14 * HOUR, {
      started_at_ms: midnight - DAY + 14 * HOUR,
      ended_at_ms: midnight - DAY + 15.4 * HOUR,
    }),
    meeting('m4', '村两委例会', 'conference', 'cancelled', midnight - 2 * DAY + 8 * HOUR),
    meeting('m5', '十二月主题党日', 'conference', 'scheduled', midnight + 12 * DAY + 8.5 * HOUR),
  ];
  const stages = new Map();
  const watchers = new Map();
  const pictures = new Map();
  const rollCalls = new Map();
  let signedIn = false;
  const log = [];

  function stageOf(id) {
    if (!stages.has(id)) {
      stages.set(id, {
        meeting_id: id,
        revision: 1,
        state: 'live',
        server_time_ms: now(),
        host: 'absent',
        host_source: 'page',
        host_muted: false,
        layout: 'host_full',
        stations: VILLAGES.map((name, index) => ({
          terminal_id: `t${index}`,
          name: `${name}站点`,
          organization: { id: `o${index + 1}`, name },
          present: index < 9,
          can_speak: index !== 8,
          hand_raised_at_ms: index === 2 ? now() - 200_000 : index === 4 ? now() - 42_000 : null,
          called: false,
          on_air: false,
          muted: false,
          source: index === 2 || index === 4 ? 'live' : 'absent',
          picture_at_ms: index < 7 ? now() : null,
        })),
        homes_watching: 238,
        stations_watching: 9,
        presence_code: null,
        roll_call_id: null,
        recording: 'recording',
        trouble: '',
      });
    }
    return stages.get(id);
  }

  function tell(id, change) {
    const stage = stageOf(id);
    change(stage);
    stage.revision += 1;
    stage.server_time_ms = now();
    const frame = `event: stage\ndata: ${JSON.stringify(stage)}\n\n`;
    for (const watcher of watchers.get(id) ?? []) watcher.write(frame);
  }

  /** The media take a moment. The second village's camera never comes. */
  function direct(id, direction) {
    const station = (stage) =>
      stage.stations.find(({ terminal_id }) => terminal_id === direction.terminal_id);
    const later = (ms, change) => setTimeout(() => tell(id, change), ms);
    switch (direction.command) {
      case 'call_on':
        later(150, (stage) =>
          Object.assign(station(stage), { called: true, source: 'connecting' }),
        );
        if (direction.terminal_id !== 't1') {
          later(700, (stage) =>
            Object.assign(station(stage), {
              on_air: true,
              source: 'live',
              hand_raised_at_ms: null,
            }),
          );
        }
        break;
      case 'hand_back':
        later(300, (stage) =>
          Object.assign(station(stage), {
            called: false,
            on_air: false,
            source: 'absent',
          }),
        );
        break;
      case 'lower_hand':
        later(300, (stage) => Object.assign(station(stage), { hand_raised_at_ms: null }));
        break;
      case 'mute':
        later(300, (stage) => {
          if (direction.terminal_id == null) stage.host_muted = direction.muted;
          else station(stage).muted = direction.muted;
        });
        break;
      case 'layout':
        // One layout that the mixer never manages, to see what the page says.
        if (direction.layout !== 'grid') {
          later(400, (stage) => Object.assign(stage, { layout: direction.layout }));
        }
        break;
      case 'presence_code':
        later(300, (stage) =>
          Object.assign(stage, { presence_code: direction.roll_call_id ? '4821' : null }),
        );
        break;
    }
  }

  const problem = (status, code, title, fields = []) => [
    status,
    { type: 'about:blank', status, code, title, fields },
  ];

  function draftErrors(draft) {
    const fields = [];
    if (draft.title.includes('测试错误')) {
      fields.push({ field: 'title', message: '同一时间已经有叫这个名字的会议，请换一个。' });
      fields.push({ field: 'starts_at_ms', message: '开始时间已经过去，请改晚一些。' });
    }
    return fields;
  }

  const duty = startDuty({ now, problem, organizations });

  async function api(method, path, body) {
    if (path === '/staff/sessions' && method === 'POST') {
      if (body.password !== 'secret-password') {
        return problem(401, 'wrong_password', '账号或密码不对。');
      }
      if (secondFactor && body.totp !== '123456') {
        return problem(401, 'second_factor', '还需要验证码。');
      }
      signedIn = true;
      return [
        200,
        {
          access_token: 'x',
          expires_at_ms: now() + HOUR,
          organization: TOWN,
          role: 'organization_staff',
        },
      ];
    }
    if (!signedIn) return problem(401, 'unauthenticated', '请先登录。');
    if (path === '/staff/sessions/current') {
      if (method === 'DELETE') {
        signedIn = false;
        return [204, null];
      }
      return [
        200,
        {
          login: 'wang',
          organization_code: '370000',
          role: 'organization_staff',
          organization: TOWN,
          expires_at_ms: now() + HOUR,
        },
      ];
    }
    const onDuty = duty(method, path, body);
    if (onDuty) return onDuty;
    if (path === '/terminals') {
      const station = (name, index) => ({
        id: `t${index + 1}`,
        kind: 'station',
        name: `${name}站点`,
        organization: { id: `o${index + 1}`, name },
        enrolled_at_ms: now() - DAY,
      });
      return [200, { items: VILLAGES.map(station) }];
    }
    if (path === '/organizations') return [200, organizations];
    if (path === '/township') {
      const listing = (id, title) => ({ id, title, kind: 'programmes', about: '' });
      const listings = [listing('news', '清河播报'), listing('lessons', '党课')];
      return [
        200,
        {
          name: '清河镇',
          title: '',
          sections: [
            {
              digit: 4,
              id: 'today',
              title: '今日清河',
              color: '#333333',
              icon: '',
              listings,
            },
          ],
        },
      ];
    }
    const rolled = /^\/roll-calls\/([^/]+)(\/close)?$/.exec(path);
    if (rolled) {
      const found = rollCalls.get(rolled[1]);
      if (rolled[2]) found.state = 'closed';
      return [200, found];
    }
    if (path === '/meetings' && method === 'GET') return [200, { items: meetings }];
    if (path === '/meetings' && method === 'POST') {
      const fields = draftErrors(body);
      if (fields.length > 0) return problem(422, 'invalid', '有几处要改。', fields);
      const made = meeting(
        `m${meetings.length + 1}`,
        body.title,
        body.kind,
        'scheduled',
        body.starts_at_ms,
        {
          planned_ms: body.planned_ms,
          agenda: body.agenda,
        },
      );
      meetings.push(made);
      return [201, made];
    }
    const [, id, rest = ''] = /^\/meetings\/([^/]+)(?:\/(.*))?$/.exec(path) ?? [];
    const one = meetings.find((candidate) => candidate.meeting.id === id);
    if (!one) return problem(404, 'not_found', '没有找到。');
    switch (`${method} ${rest}`) {
      case 'GET ':
        return [200, one];
      case 'PUT ': {
        Object.assign(one.meeting, { title: body.title, starts_at_ms: body.starts_at_ms });
        one.version += 1;
        return [200, one];
      }
      case 'POST cancel':
        one.meeting.state = 'cancelled';
        return [200, one];
      case 'POST start':
        Object.assign(one.meeting, { state: 'live', started_at_ms: now() });
        one.recording = 'recording';
        return [200, one];
      case 'POST end':
        Object.assign(one.meeting, { state: 'ended', ended_at_ms: now() });
        one.recording = 'processing';
        setTimeout(() => (one.recording = 'published'), 4000);
        tell(id, (stage) => (stage.state = 'ended'));
        return [200, one];
      case 'POST host':
        return [
          200,
          {
            publish: { protocol: 'whip', url: `/live/whip/${id}-host`, token: 'p' },
            program: { protocol: 'whep', url: `/live/whep/${id}-program`, token: 'v' },
            stage: stageOf(id),
          },
        ];
      case 'GET stage':
        return [200, { ...stageOf(id), server_time_ms: now() }];
      case 'POST direction':
        direct(id, body);
        return [200, stageOf(id)];
      case 'POST roll-call': {
        const made = {
          id: 'r1',
          title: one.meeting.title,
          organization: TOWN,
          occasion: 'meeting',
          state: 'open',
          statuses: [],
          presence_code: body.presence_code,
          rounds: [
            {
              number: 1,
              opens_at_ms: now(),
              late_at_ms: now() + body.window_ms,
              closes_at_ms: now() + body.window_ms,
            },
          ],
          created_by: 'wang',
          counts: {
            eligible: 86,
            exempt: 3,
            present: 0,
            late: 0,
            leave: 2,
            to_verify: 0,
            missing: 81,
            guests: 0,
            rate_bp: 0,
          },
        };
        rollCalls.set('r1', made);
        setTimeout(
          () =>
            tell(id, (stage) => {
              stage.roll_call_id = 'r1';
              if (body.presence_code) stage.presence_code = '4821';
            }),
          400,
        );
        return [201, made];
      }
      case 'GET viewings':
        return [
          200,
          {
            terminals: 14,
            watched: 11,
            viewings: VILLAGES.slice(0, 11).map((name, index) => ({
              terminal_id: `t${index}`,
              terminal_name: index % 3 === 0 ? `${name}站点` : `${name}${index}户`,
              organization: { id: `o${index + 1}`, name },
              first_at_ms: now() - HOUR + index * MINUTE,
              last_at_ms: now() - index * MINUTE,
              watched_ms: (58 - 4 * index) * MINUTE,
              members: index % 2 === 0 ? ['赵大勇', '钱玉兰'].slice(0, 1 + (index % 3)) : [],
            })),
          },
        ];
    }
    return problem(404, 'not_found', '没有这个地址。');
  }

  function stream(request, response, path) {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    const meetingId = /^\/meetings\/([^/]+)\/events$/.exec(path)?.[1];
    if (meetingId) {
      const list = watchers.get(meetingId) ?? new Set();
      watchers.set(meetingId, list);
      list.add(response);
      response.write(
        `event: stage\ndata: ${JSON.stringify({ ...stageOf(meetingId), server_time_ms: now() })}\n\n`,
      );
      request.on('close', () => list.delete(response));
      return;
    }
    const counts = { ...rollCalls.get('r1').counts };
    const timer = setInterval(() => {
      if (counts.missing > 4) {
        counts.present += 3;
        counts.missing -= 3;
        counts.rate_bp = Math.round((counts.present / 83) * 10_000);
      }
      response.write(`event: counts\ndata: ${JSON.stringify(counts)}\n\n`);
    }, 500);
    request.on('close', () => clearInterval(timer));
  }

  async function media(request, response, path, text) {
    const [, kind, name] = /^\/live\/(whip|whep|sessions)\/(.+)$/.exec(path) ?? [];
    if (request.method === 'DELETE') {
      await relay.end(name);
      return response.writeHead(200).end();
    }
    const { id, sdp } = await relay[kind](text);
    if (kind === 'whip') {
      log.push(text);
      setTimeout(() => tell(name.replace('-host', ''), (stage) => (stage.host = 'live')), 300);
    }
    return response
      .writeHead(201, { 'content-type': 'application/sdp', location: `/live/sessions/${id}` })
      .end(sdp);
  }

  function page(response, path) {
    const asked = normalize(path.replace(/^\/console\//, '/'));
    const file = join(DIST, asked);
    const found = extname(asked) !== '' && existsSync(file) ? file : join(DIST, 'index.html');
    response.writeHead(200, {
      'content-type': TYPES[extname(found)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    createReadStream(found).pipe(response);
  }

  async function handle(request, response) {
    const { pathname } = new URL(request.url, 'http://x');
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    if (pathname.startsWith('/live/')) return media(request, response, pathname, text);
    if (!pathname.startsWith('/api/v1/')) return page(response, pathname);
    const path = pathname.slice('/api/v1'.length);
    if (path.endsWith('/events')) return stream(request, response, path);
    const pictured = /^\/meetings\/[^/]+\/stations\/t(\d+)\/picture$/.exec(path);
    if (pictured) {
      const index = Number(pictured[1]);
      if (!pictures.has(index))
        pictures.set(index, await relay.picture(VILLAGES[index], index * 40));
      return response.writeHead(200, { 'content-type': 'image/jpeg' }).end(pictures.get(index));
    }
    if (request.method !== 'GET' && request.headers['x-requested-with'] !== 'console') {
      return response.writeHead(403).end();
    }
    const [status, answer] = await api(request.method, path, text === '' ? null : JSON.parse(text));
    response.writeHead(status, {
      'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
    });
    return response.end(answer === null ? undefined : JSON.stringify(answer));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    tell,
    /** Offers that came by WHIP. */
    offers: log,
    signOut: () => (signedIn = false),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
