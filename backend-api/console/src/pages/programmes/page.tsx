import './programmes.css';

import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';

import { fileAt } from '../../api/bulletins';
import { useProgrammeLists } from '../../api/places';
import { useProgrammes, useWithdrawProgramme } from '../../api/programmes';
import type { Programme } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice, PartChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { SearchBox } from '../../kit/collection/search_box';
import { useConfirm } from '../../kit/confirm/confirm';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { useMayIn } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { elapsed, moment } from '../../words/time';
import { FILTERS, hasCaptions, isWanted, narrowed, quality } from './filters';

const CAPTIONS = { all: '全部', with: '有字幕', without: '没字幕' } as const;

function columns(now: number, listOf: (id: string) => string): ColumnsType<Programme> {
  return [
    {
      title: '片子',
      render: (_, one) => (
        <span className="programme">
          <span className="programme-poster">
            <img src={fileAt(one.poster.thumb.name)} alt="" />
            <span>{elapsed(one.duration_ms)}</span>
          </span>
          <span>
            <span className="published">{one.title}</span>
            <br />
            <small>{listOf(one.category)}</small>
          </span>
        </span>
      ),
    },
    { title: '单位', width: 160, render: (_, one) => one.organization.name },
    { title: '状态', width: 110, render: () => <Tag tone="done">已发布</Tag> },
    {
      title: '字幕',
      width: 100,
      render: (_, one) =>
        hasCaptions(one) ? <Tag tone="done">有</Tag> : <Tag tone="due">没有</Tag>,
    },
    {
      title: '发布',
      width: 150,
      render: (_, one) => moment(one.published_at_ms, now),
    },
  ];
}

/** 节目: films that televisions show on demand. */
export function ProgrammesPage() {
  const now = useNow(60_000);
  const address = useAddress(FILTERS);
  const { filters, cursor, page, forward, backward } = address;
  const [opened, open] = useInAddress('open');
  const lists = useProgrammeLists().data ?? [];
  const listOf = (id: string) => lists.find(({ value }) => value === id)?.label ?? id;
  const programmes = useProgrammes({
    narrowed: narrowed(filters),
    wanted: (one) => isWanted(one, filters),
    cursor,
  });
  const rows = programmes.data?.items ?? [];
  const next = programmes.data?.next;
  const shownOne = rows.find(({ id }) => id === opened);
  return (
    <Page title="节目" note="电视上可以点播的片子。会议录像结束后自己成为节目。">
      <Collection
        query={programmes}
        rows={rows}
        rowKey={({ id }) => id}
        filters={
          <>
            <PartChoice
              label="字幕"
              value={filters.captions}
              choices={FILTERS.captions.map((value) => ({ value, label: CAPTIONS[value] }))}
              onChange={(captions) => address.set({ captions })}
            />
            <SearchBox
              label="片名、简介或单位"
              value={filters.q}
              onChange={(q) => address.set({ q }, true)}
            />
            <FilterChoice
              label="栏目"
              value={filters.list}
              choices={[{ value: '', label: '全部' }, ...lists]}
              onChange={(list) => address.set({ list })}
            />
          </>
        }
        empty="还没有片子。用内容文件夹导入，或者开会时录像，会出现在这里。"
        onClear={
          isFiltered(filters, FILTERS, ['captions', 'list', 'q']) ? address.clear : undefined
        }
        pager={byCursor({ page, shown: rows.length, next, forward, backward })}
      >
        {(shown) => (
          <Table<Programme>
            className="programmes"
            rowKey="id"
            size="middle"
            columns={columns(now, listOf)}
            dataSource={[...shown]}
            pagination={false}
            rowClassName={({ id }) => (id === opened ? 'programme-open' : '')}
            onRow={({ id, title }) => ({
              tabIndex: 0,
              'aria-label': title,
              onClick: () => open(id),
              onKeyDown: ({ key, target, currentTarget }) => {
                if (key === 'Enter' && target === currentTarget) open(id);
              },
            })}
          />
        )}
      </Collection>
      {shownOne && (
        <Detail
          key={shownOne.id}
          programme={shownOne}
          list={listOf(shownOne.category)}
          now={now}
          onClose={() => open(null)}
        />
      )}
    </Page>
  );
}

interface DetailProps {
  programme: Programme;
  list: string;
  now: number;
  onClose: () => void;
}

/** A film, to be looked at, and taken off the televisions. */
function Detail({ programme, list, now, onClose }: DetailProps) {
  const confirm = useConfirm();
  const may = useMayIn('publish')(programme.organization.id);
  const { mutateAsync: withdraw } = useWithdrawProgramme();
  const [best] = programme.renditions;
  const ask = async () => {
    const done = await confirm({
      title: '从电视上撤回这个节目？',
      content: `“${programme.title}”马上从所有电视上消失，撤回以后不能恢复，要再放就重新发布。系统还不能保存撤回的原因，需要说明的请另外记下来。`,
      okText: '撤回',
      cancelText: '不撤',
      run: () => withdraw(programme.id),
    });
    if (done) onClose();
  };
  return (
    <Drawer
      open
      title={<span className="published">{programme.title}</span>}
      foot={
        may && (
          <Button type="text" onClick={() => void ask()}>
            撤回…
          </Button>
        )
      }
      onClose={onClose}
    >
      {best && (
        // eslint-disable-next-line jsx-a11y/media-has-caption -- those there are stand in it
        <video
          className="programme-film"
          controls
          preload="none"
          poster={fileAt(programme.poster.screen.name)}
          src={fileAt(best.file.name)}
        >
          {(programme.captions ?? []).map(({ language, file }, n) => (
            <track
              key={language}
              kind="captions"
              srcLang={language}
              label={language.startsWith('zh') ? '中文' : language}
              src={fileAt(file.name)}
              default={n === 0}
            />
          ))}
        </video>
      )}
      <Facts
        facts={[
          ['栏目', list],
          ['单位', programme.organization.name],
          ['时长', elapsed(programme.duration_ms)],
          ['画面', quality(programme)],
          ['字幕', hasCaptions(programme) ? '有' : '没有'],
          ['发布', moment(programme.published_at_ms, now)],
          ['简介', programme.description ?? ''],
        ]}
      />
    </Drawer>
  );
}
