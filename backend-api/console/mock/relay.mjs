// A relay made of a second page of Chromium: enough of WHIP and WHEP to look at the host's page
// without the backend.

/** Runs inside the page. */
function install() {
  const sessions = new Map();
  let next = 0;
  let source = new MediaStream();
  const gathered = (pc) =>
    new Promise((resolve) => {
      const look = () => pc.iceGatheringState === 'complete' && resolve();
      pc.addEventListener('icegatheringstatechange', look);
      look();
    });
  const answer = async (pc, offer, before) => {
    await pc.setRemoteDescription({ type: 'offer', sdp: offer });
    before?.();
    await pc.setLocalDescription(await pc.createAnswer());
    await gathered(pc);
    const id = String((next += 1));
    sessions.set(id, pc);
    return { id, sdp: pc.localDescription.sdp };
  };
  globalThis.relay = {
    whip: (offer) => {
      const pc = new RTCPeerConnection();
      const stream = new MediaStream();
      pc.ontrack = ({ track }) => {
        stream.addTrack(track);
        source = stream;
        for (const one of sessions.values()) {
          for (const sender of one.getSenders()) {
            if (one.forwards && sender.track?.kind === track.kind) sender.replaceTrack(track);
          }
        }
      };
      return answer(pc, offer);
    },
    whep: (offer) => {
      const pc = new RTCPeerConnection();
      pc.forwards = true;
      return answer(pc, offer, () => {
        for (const track of source.getTracks()) pc.addTrack(track, source);
      });
    },
    end: (id) => {
      sessions.get(id)?.close();
      return sessions.delete(id);
    },
    count: () => sessions.size,
    /** A picture with a name on it, as a station's small picture. */
    picture: async (words, hue) => {
      const canvas = new OffscreenCanvas(320, 180);
      const context = canvas.getContext('2d');
      context.fillStyle = `hsl(${hue} 30% 40%)`;
      context.fillRect(0, 0, 320, 180);
      context.fillStyle = '#f4e9da';
      context.font = '40px "Noto Sans CJK SC"';
      context.fillText(words, 30, 105);
      const blob = await canvas.convertToBlob({ type: 'image/jpeg' });
      return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
    },
  };
}

export async function startRelay(browser) {
  const page = await browser.newPage();
  await page.goto('about:blank');
  await page.evaluate(install);
  const call = (name, ...values) =>
    page.evaluate(([method, given]) => globalThis.relay[method](...given), [name, values]);
  return {
    whip: (offer) => call('whip', offer),
    whep: (offer) => call('whep', offer),
    end: (id) => call('end', id),
    count: () => call('count'),
    picture: async (words, hue) => Buffer.from(await call('picture', words, hue), 'base64'),
  };
}
