import type { ThemeConfig } from 'antd';

/** Fonts that offices have; nothing is loaded. */
const FONT =
  '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", sans-serif';

/** Blue is for doing, red only for what is on air and what cannot be taken back. */
export const theme: ThemeConfig = {
  token: {
    fontFamily: FONT,
    fontSize: 15,
    colorPrimary: '#1d4f91',
    colorLink: '#1d4f91',
    colorError: '#b3261e',
    colorSuccess: '#1e6b34',
    colorWarning: '#8a5300',
    colorWarningBg: '#fff3d1',
    colorWarningBorder: '#d9a441',
    colorInfo: '#1d4f91',
    colorText: '#1f1a17',
    colorTextSecondary: '#56504b',
    colorTextTertiary: '#625b55',
    colorTextDescription: '#56504b',
    colorTextPlaceholder: '#6f6862',
    colorBgLayout: '#f4f1ec',
    borderRadius: 6,
  },
  components: { Layout: { headerBg: '#5b1414', headerHeight: 52 } },
};
