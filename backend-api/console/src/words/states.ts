import type {
  DutySource,
  HostSource,
  Layout,
  MeetingKind,
  MeetingState,
  RecordingState,
  SourceState,
} from '../api/types';

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
  failed: '录制失败',
};

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
