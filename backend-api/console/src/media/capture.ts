/** Cameras, microphones and screens. */

/** A device could not be had; `message` is a sentence for the screen. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

const WHAT = { camera: '摄像头', microphone: '话筒', screen: '屏幕' } as const;
type What = keyof typeof WHAT;

/** Why a device could not be had, and what to do. */
export function captureSentence(what: What, name: string): string {
  const device = WHAT[what];
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return what === 'screen'
        ? '没有选择要共享的屏幕。请再点一次，在弹出的窗口里选一个屏幕或窗口。'
        : `浏览器没有得到使用${device}的许可。请点地址栏左边的图标，允许使用${device}，再试一次。`;
    case 'NotFoundError':
    case 'OverconstrainedError':
      return `没有找到${device}。请插好${device}，再试一次。`;
    case 'NotReadableError':
    case 'AbortError':
      return `${device}打不开，可能别的程序正在用它。请关掉那个程序，再试一次。`;
    case 'InsecureContext':
      return `这个网址不是安全连接（https），浏览器不允许使用${device}。请管理员为服务器配好 https 证书，或者在服务器本机上打开。`;
    default:
      return `${device}打不开。请拔下重插，或换一个${device}。`;
  }
}

function nameOf(error: unknown): string {
  return error instanceof DOMException || error instanceof Error ? error.name : '';
}

async function had(what: What, get: () => Promise<MediaStream>): Promise<MediaStreamTrack> {
  // `mediaDevices` is missing on a page without https, whatever the type says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) {
    throw new CaptureError(captureSentence(what, 'InsecureContext'));
  }
  let stream: MediaStream;
  try {
    stream = await get();
  } catch (error) {
    throw new CaptureError(captureSentence(what, nameOf(error)));
  }
  const track = stream.getTracks()[0];
  if (track === undefined) throw new CaptureError(captureSentence(what, 'NotFoundError'));
  return track;
}

/** The size of the program. */
export const WIDTH = 1280;
export const HEIGHT = 720;
const PICTURES_PER_SECOND = 25;

export async function camera(deviceId: string | null): Promise<MediaStreamTrack> {
  const track = await had('camera', () =>
    navigator.mediaDevices.getUserMedia({
      video: {
        width: { ideal: WIDTH },
        height: { ideal: HEIGHT },
        frameRate: { ideal: PICTURES_PER_SECOND, max: 30 },
        ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
      },
    }),
  );
  track.contentHint = 'motion';
  return track;
}

export async function microphone(deviceId: string | null): Promise<MediaStreamTrack> {
  const track = await had('microphone', () =>
    navigator.mediaDevices.getUserMedia({
      audio: {
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
        ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
      },
    }),
  );
  track.contentHint = 'speech';
  return track;
}

export async function screen(): Promise<MediaStreamTrack> {
  const track = await had('screen', () =>
    navigator.mediaDevices.getDisplayMedia({
      video: {
        width: { max: WIDTH },
        height: { max: HEIGHT },
        frameRate: { ideal: 15, max: PICTURES_PER_SECOND },
      },
      audio: false,
    }),
  );
  track.contentHint = 'detail';
  return track;
}

export interface Device {
  id: string;
  name: string;
  /** The same for the microphone and the loudspeaker of one device. */
  group: string;
}

export interface Devices {
  cameras: Device[];
  microphones: Device[];
}

/** The id under which a device of the list is in use; a track may say `default` instead. */
export function idIn(list: readonly Device[], track: MediaStreamTrack | null): string | null {
  if (track === null) return null;
  const { deviceId, groupId } = track.getSettings();
  const same =
    list.find(({ id }) => id === deviceId) ??
    list.find(({ group }) => group !== '' && group === groupId) ??
    list.find(({ name }) => name !== '' && track.label.endsWith(name));
  return same?.id ?? null;
}

/** The list with the device a track uses, which may go by a name of its own in some browsers. */
export function listed(list: readonly Device[], track: MediaStreamTrack | null): Device[] {
  if (track === null || idIn(list, track) !== null) return [...list];
  const { deviceId, groupId } = track.getSettings();
  if (!deviceId) return [...list];
  return [{ id: deviceId, name: track.label, group: groupId ?? '' }, ...list];
}

/** What is plugged in. Names are empty until one of the kind was allowed. */
export async function devices(): Promise<Devices> {
  const found: Devices = { cameras: [], microphones: [] };
  const media = navigator.mediaDevices as MediaDevices | undefined;
  if (media === undefined) return found;
  for (const { kind, deviceId, groupId, label } of await media.enumerateDevices()) {
    const list =
      kind === 'videoinput' ? found.cameras : kind === 'audioinput' ? found.microphones : null;
    // Chromium lists the default one a second time, by these ids.
    if (list === null || deviceId === '' || ['default', 'communications'].includes(deviceId)) {
      continue;
    }
    const kindName = kind === 'videoinput' ? WHAT.camera : WHAT.microphone;
    list.push({ id: deviceId, name: label || `${kindName} ${list.length + 1}`, group: groupId });
  }
  return found;
}
