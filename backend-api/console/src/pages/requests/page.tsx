import './requests.css';

import { LockOutlined } from '@ant-design/icons';
import { Empty } from 'antd';

import { useRequests } from '../../api/requests';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { PrintButton } from '../../kit/print/sheet';
import { useNow } from '../../kit/use_now';
import { NotFound } from '../not_found';
import { RequestDetail } from './detail';
import type { PageKind } from './filters';
import { FILTERS } from './filters';
import { RequestsSheet } from './sheets';
import { WorkList } from './work_list';

/** 举报投诉: for whoever may read them; nobody else learns that there is such a page. */
export function ReportsPage() {
  const may = useMay();
  if (!may('confide')) return <NotFound />;
  return (
    <Page title="服务与评议" tab="举报投诉" flush>
      <Panes kind="confidential" />
    </Page>
  );
}

/** 一键服务: the work by its clock, and beside it the one that is handled. */
export function ServicesPage() {
  return (
    <Page title="服务与评议" tab="一键服务" flush>
      <Panes key="service" kind="service" />
    </Page>
  );
}

/** 意见建议: as 一键服务. */
export function SuggestionsPage() {
  return (
    <Page title="服务与评议" tab="意见建议" flush>
      <Panes key="suggestion" kind="suggestion" />
    </Page>
  );
}

function Panes({ kind }: { kind: PageKind }) {
  const address = useAddress(FILTERS);
  const [opened, open] = useInAddress('open');
  const now = useNow(60_000);
  const requests = useRequests({ ...address.filters, kind, cursor: address.cursor });
  return (
    <div className="request-panes page-filled">
      <div className="request-work">
        <WorkList
          kind={kind}
          address={address}
          requests={requests}
          opened={opened}
          onOpen={(id) => open(id)}
        />
        {kind !== 'confidential' && opened === null && requests.data && (
          <>
            <PrintButton disabled={requests.data.items.length === 0} />
            <RequestsSheet
              title={kind === 'suggestion' ? '意见建议' : '一键服务'}
              lines={requests.data.items}
              more={requests.data.next_cursor != null}
              now={now}
            />
          </>
        )}
        <p className="request-foot">
          <LockOutlined aria-hidden />{' '}
          {kind === 'confidential'
            ? '只有本单位有这项权限的账号看得到，每次打开都有记录。'
            : '举报投诉不在这里，只有收件单位有权限的账号看得到。'}
        </p>
      </div>
      <section className="request-pane" aria-label="打开的一件">
        {opened === null ? (
          <Empty
            className="list-empty"
            image={Empty.PRESENTED_IMAGE_SIMPLE}
            description="从左边打开一件，在这里办。"
          />
        ) : (
          <RequestDetail key={opened} id={opened} kind={kind} onOpen={(id) => open(id)} />
        )}
      </section>
    </div>
  );
}
