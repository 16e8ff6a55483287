/** What stations found of their camera, microphone, loudspeaker and line, in words with advice. Pure. */
import type { DeviceFinding, StationCheck, StationCheckup } from '../../api/types';

export type Verdict = 'good' | 'bad' | 'waiting' | 'silent' | 'unasked';

/** An answer that takes longer makes talking hard, in ms. */
const SLOW_MS = 300;

type Words = Partial<Record<DeviceFinding, string>>;

const CAMERA: Words = {
  missing:
    '没有插摄像头，或者设置里选的那个不在了。请检查 USB 线，再到电视的“设置 → 摄像头和话筒”里选',
  not_chosen: '插了摄像头，但还没有选。请在电视的“设置 → 摄像头和话筒”里选',
  busy: '摄像头被别的程序占着。请重新启动电视',
  failed: '摄像头打不开，或者没有画面。请换一个 USB 口，还不行就换摄像头',
  silent: '摄像头没有画面。请换一个 USB 口',
};

const MICROPHONE: Words = {
  missing: '没有插话筒，或者设置里选的那个不在了。请检查连线，再到电视的“设置 → 摄像头和话筒”里选',
  not_chosen: '插了话筒，但还没有选。请在电视的“设置 → 摄像头和话筒”里选',
  silent: '话筒没有声音。请看看话筒开关是不是关着、静音灯是不是亮着',
  busy: '话筒被别的程序占着。请重新启动电视',
  failed: '话筒打不开。请重新插一下，还不行就换话筒',
};

const LOUDSPEAKER: Words = {
  missing: '电视盒没有能出声音的地方。请检查 HDMI 线或者音箱线',
  failed: '看不出有没有音箱，请当面听一下',
};

/** What is wrong with it, a sentence for each; empty: nothing. */
export function troubles({ devices, line }: StationCheck): string[] {
  const found = [
    CAMERA[devices.camera],
    MICROPHONE[devices.microphone],
    LOUDSPEAKER[devices.loudspeaker],
    lineTrouble(line),
  ];
  return found.filter((one) => one !== undefined);
}

function lineTrouble({ round_trip_ms, tries, lost }: StationCheck['line']): string | undefined {
  if (lost > 0)
    return `网络不稳：问 ${tries} 次，有 ${lost} 次没有回音。请检查网线，尽量不用无线网`;
  if (round_trip_ms != null && round_trip_ms > SLOW_MS) {
    return `网络慢：来回要 ${round_trip_ms} 毫秒。请看看有没有别人在下载`;
  }
  return undefined;
}

/** How a station stands. */
export function verdict({ state, check }: StationCheckup): Verdict {
  if (state == null) return 'unasked';
  switch (state) {
    case 'done':
      return check && troubles(check).length === 0 ? 'good' : 'bad';
    case 'asked':
    case 'taken':
      return 'waiting';
    case 'unreachable':
    case 'expired':
      return 'silent';
  }
}

export const VERDICT: Record<Verdict, string> = {
  good: '都正常',
  bad: '有问题',
  waiting: '正在检查',
  silent: '没有回话',
  unasked: '还没有检查',
};

/** What is said of a station beside its verdict. */
export function details(one: StationCheckup): string[] {
  const how = verdict(one);
  if (how === 'silent') return ['电视没有回话。请打电话让人看看有没有开机、连上网'];
  if (how === 'bad') return one.check ? troubles(one.check) : ['没有说检查出什么，请再检查一次'];
  return [];
}

const ORDER: Verdict[] = ['bad', 'silent', 'waiting', 'unasked', 'good'];

/** What has to be looked after first. */
export function ordered(stations: readonly StationCheckup[]): StationCheckup[] {
  return [...stations].sort((a, b) => ORDER.indexOf(verdict(a)) - ORDER.indexOf(verdict(b)));
}

/** `3 个站点：1 个有问题，2 个都正常` */
export function summary(stations: readonly StationCheckup[]): string {
  if (stations.length === 0) return '参加范围里没有站点。';
  const parts = ORDER.map((how) => {
    const count = stations.filter((one) => verdict(one) === how).length;
    return count === 0 ? undefined : `${count} 个${VERDICT[how]}`;
  });
  return `${stations.length} 个站点：${parts.filter((one) => one !== undefined).join('，')}`;
}
