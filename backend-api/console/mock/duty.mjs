// Duty rooms of the mock: a station, a camera, and one that nobody there could be told of.

export function startDuty({ now, problem, organizations }) {
  const place = (index) => ({ id: organizations[index].id, name: organizations[index].name });
  const room = (id, title, index, source) => ({
    id,
    title,
    organization: place(index),
    source,
    terminal_id: source === 'station' ? `t${index}` : null,
    looking: 0,
  });
  const rooms = [
    room('d1', '村委会值班室', 1, 'station'),
    room('d2', '便民服务大厅', 0, 'camera'),
    room('d3', '警务室', 2, 'station'),
    room('d4', '文化广场', 3, 'camera'),
  ];
  const looks = [5, 26, 49].map((hours, index) => ({
    id: `l${index}`,
    room_id: 'd1',
    room_title: '村委会值班室',
    by: index === 1 ? '清河镇 · li' : '清河镇 · wang',
    opened_at_ms: now() - hours * 3_600_000,
    closed_at_ms: now() - hours * 3_600_000 + (index + 1) * 95_000,
  }));

  function close(look) {
    if (look.closed_at_ms) return;
    look.closed_at_ms = now();
    rooms.find(({ id }) => id === look.room_id).looking -= 1;
  }

  /** The answer, or nothing if the path is of something else. */
  return (method, path, body) => {
    const ended = /^\/duty-looks\/([^/]+)$/.exec(path);
    if (ended && method === 'DELETE') {
      close(looks.find(({ id }) => id === ended[1]));
      return [204, null];
    }
    const [, id, log] = /^\/duty-rooms(?:\/([^/]+))?(\/looks)?$/.exec(path) ?? [path];
    if (!path.startsWith('/duty-rooms')) return null;
    const one = rooms.find((candidate) => candidate.id === id);
    if (!id && method === 'GET') return [200, { items: rooms }];
    if (!id) {
      const index = organizations.findIndex(({ code }) => code === body.organization_code);
      const source = body.terminal_id ? 'station' : 'camera';
      rooms.push(room(`d${rooms.length + 1}`, body.title, index, source));
      return [201, rooms.at(-1)];
    }
    if (!one) return problem(404, 'not_found', '没有找到。');
    if (log && method === 'GET') {
      return [200, { items: looks.filter(({ room_id }) => room_id === id).reverse() }];
    }
    if (log && id === 'd4') {
      return problem(409, 'conflict', '那里没有开着的电视，所以不能打开摄像头。');
    }
    if (log) {
      one.looking += 1;
      const look = {
        id: `l${looks.length}`,
        room_id: id,
        room_title: one.title,
        by: '清河镇 · wang',
        opened_at_ms: now(),
        closed_at_ms: null,
      };
      looks.push(look);
      const picture = { protocol: 'whep', url: `/live/whep/duty-${id}`, token: 'd' };
      return [201, { look, picture }];
    }
    if (method === 'DELETE') {
      rooms.splice(rooms.indexOf(one), 1);
      return [204, null];
    }
    one.title = body.title;
    return [200, one];
  };
}
