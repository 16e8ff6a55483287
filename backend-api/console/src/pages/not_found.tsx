import { LinkButton } from '../kit/link_button';
import { Page } from '../kit/page/page';

export function NotFound() {
  return (
    <Page title="没有这个页面">
      <div className="center">
        <div>
          <p>这个地址没有页面，或者它不归您的账号看。</p>
          <LinkButton to="/" type="primary">
            回到今天
          </LinkButton>
        </div>
      </div>
    </Page>
  );
}
