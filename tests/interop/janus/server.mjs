// WHIP before Janus, which has no HTTP of that kind itself: what is sent to POST /whip becomes the
// publisher of a video room and is passed on by RTP. Prints `ready`.
import { createServer } from 'node:http';

import Janode from 'janode';
import VideoRoom from 'janode/plugins/videoroom';

const ADDRESS = 'ws://127.0.0.1:8188';
const ROOM = 1;
const FEED = 1;

Janode.Logger.setLevel('warn');
const connection = await Janode.connect({ address: { url: ADDRESS } });
const session = await connection.create();
const publishers = new Map();

/** The mid of the first section of this kind. */
const mid = (sdp, kind) => new RegExp(`m=${kind} [^]*?a=mid:(\\S+)`).exec(sdp)?.[1];

async function publish(sdp) {
  const handle = await session.attach(VideoRoom);
  try {
    const jsep = { type: 'offer', sdp };
    const joined = await handle.joinConfigurePublisher({ room: ROOM, feed: FEED, jsep });
    const streams = [
      { mid: mid(sdp, 'video'), port: 5014 },
      { mid: mid(sdp, 'audio'), port: 5012 },
    ];
    await handle.startForward({ room: ROOM, feed: FEED, host: '127.0.0.1', streams });
    publishers.set(String(handle.id), handle);
    return { id: handle.id, answer: joined.jsep.sdp };
  } catch (error) {
    await handle.detach();
    throw error;
  }
}

createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  try {
    if (request.method === 'POST') {
      const { id, answer } = await publish(body);
      response.writeHead(201, { 'content-type': 'application/sdp', location: `/whip/${id}` });
      response.end(answer);
    } else {
      const id = request.url.split('/').pop();
      await publishers.get(id)?.detach();
      publishers.delete(id);
      response.writeHead(200).end();
    }
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
}).listen(7080, () => console.log('ready'));
