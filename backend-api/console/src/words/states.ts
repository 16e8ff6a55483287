import type {
  DutySource,
  HostSource,
  Layout,
  MeetingKind,
  MeetingState,
  RecordingState,
  SourceState,
  StaffMeeting,
} from '../api/types';
import { moment, span } from './time';

export const KIND: Record<MeetingKind, string> = { broadcast: '直播', conference: '视频会议' };

export const STATE: Record<MeetingState, string> = {
  scheduled: '未开始',
  live: '正在直播',
  ended: '已结束',
  cancelled: '已取消',
};

export const RECORDING: Record<RecordingState, string> = {
  none: '没有录制',
  recording: '正在录制',
  processing: '正在生成回放',
  published: '回放已发布',
  failed: '录像处理失败',
  held: '录像等剪辑和发布',
};

/** What is to be said of a recording that could not be made. */
export function recordingFailed(one: StaffMeeting, now: number): string | null {
  if (one.recording !== 'failed') return null;
  const again = one.recording_again_ms ?? null;
  const next = again === null ? '不再自动重试。' : `${moment(again, now)} 自动再试。`;
  return `${one.recording_trouble ?? '原因见服务器日志'}。${next}`;
}

/** What is to be said of a recording that is not as long as its meeting. */
export function recordingOff(one: StaffMeeting): string | null {
  const off = one.recording_off_ms ?? null;
  const recorded = one.recording_ms ?? null;
  if (off === null || recorded === null) return null;
  const lasts = `回放长 ${span(recorded)}，`;
  return off > 0
    ? `${lasts}比会议长了 ${span(off)}。请先看一遍回放，有问题请告诉管理员。`
    : `${lasts}比会议短了 ${span(-off)}。没有画面和声音送来的时间不在回放里；请看一遍是否完整。`;
}

export const SOURCE: Record<SourceState, string> = {
  absent: '没有画面',
  connecting: '正在连接',
  live: '画面正常',
  interrupted: '信号中断',
};

export const HOST_SOURCE: Record<HostSource, string> = {
  page: '这台电脑',
  encoder: '编码器（会场摄像机、OBS）',
  camera: '网络摄像头',
};

export const DUTY_SOURCE: Record<DutySource, string> = {
  station: '站点电视',
  camera: '摄像头',
};

export const LAYOUT: Record<Layout, string> = {
  host_full: '主会场全屏',
  speaker_full: '发言人全屏',
  side_by_side: '左右并排',
  picture_in_picture: '画中画',
  grid: '四分屏',
};

export const LAYOUTS = Object.keys(LAYOUT) as Layout[];

/** `86.5%` of hundredths of a percent. */
export function percent(basisPoints: number): string {
  return `${(basisPoints / 100).toFixed(1).replace(/\.0$/, '')}%`;
}
