import { SafetyOutlined } from '@ant-design/icons';

/**
 * What the state asks of such figures (docs: the domain's 指尖上的形式主义): said on each page of them, with where it
 * stands.
 */
export function Guard() {
  return (
    <details className="guard">
      <summary>
        <SafetyOutlined aria-hidden /> 按名册次序，不排名；不算点击、时长、点赞
      </summary>
      <p>
        这里的数只用来看该办的办了没有，不给支部和个人打分、排名次，也不作考核依据。登录次数、在线和学习时长、点赞、投票、转发都不统计。
      </p>
      <p>
        依据：国务院办公厅《政务移动互联网应用程序规范化管理办法》（国办函〔2026〕12号，2026年1月25日）；2023年防治“指尖上的形式主义”的意见；2024年整治形式主义为基层减负的规定。
      </p>
    </details>
  );
}
