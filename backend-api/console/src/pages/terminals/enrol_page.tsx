import { Page } from '../../kit/page/page';
import { EnrolPanel } from './enrol_panel';

/** 登记电视 by itself: for a telephone in front of the TV as for the office. */
export function EnrolPage() {
  return (
    <Page title="登记电视" up={{ to: '/terminals', title: '电视' }}>
      <EnrolPanel roomy />
      <section className="enrol-read-out card">
        <h2>请给这家人念一遍：</h2>
        <ul>
          <li>电视会放镇里的通知、会议和节目</li>
          <li>没有人按键，电视不录音、不录像</li>
          <li>平时看什么节目，不拿来排名，也不拿来考核</li>
          <li>随时能退，找村里或按“帮助”</li>
        </ul>
      </section>
    </Page>
  );
}
