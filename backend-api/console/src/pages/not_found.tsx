import { Result } from 'antd';

import { LinkButton } from '../kit/link_button';
import { Page } from '../kit/page/page';

export function NotFound() {
  return (
    <Page title="没有这个页面">
      <Result
        status="404"
        title="没有这个页面"
        extra={
          <LinkButton to="/meetings" type="primary">
            回到会议
          </LinkButton>
        }
      />
    </Page>
  );
}
