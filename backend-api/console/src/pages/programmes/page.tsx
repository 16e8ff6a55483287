import './programmes.css';

import { Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';

import { useProgrammeLists } from '../../api/places';
import { useProgrammes } from '../../api/programmes';
import { useMe } from '../../api/session';
import type { StaffProgramme } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice, PartChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { SavedFilters } from '../../kit/collection/saved_filters';
import { SearchBox } from '../../kit/collection/search_box';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { useSettled } from '../../kit/use_settled';
import { takenBackWords } from '../../words/taken_back';
import { moment } from '../../words/time';
import { ProgrammeDetail } from './detail';
import { FILTERS, hasCaptions, whichOf } from './filters';
import type { Subject } from './form';
import { ProgrammeForm } from './form';
import { Poster } from './poster';
import { StandTag } from './standing';
import { STAND } from './state';
import { Uploading } from './uploading';
import { useUploads } from './use_uploads';

const CAPTIONS = { all: '全部', with: '有字幕', without: '没字幕' } as const;

function columns(now: number, listOf: (id: string) => string): ColumnsType<StaffProgramme> {
  return [
    {
      title: '片子',
      render: (_, one) => (
        <span className="programme">
          <Poster of={one} />
          <span>
            <span className="published">{one.title}</span>
            <br />
            <small>{listOf(one.category)}</small>
          </span>
        </span>
      ),
    },
    { title: '单位', width: 160, render: (_, one) => one.organization.name },
    {
      title: '状态',
      width: 230,
      render: (_, one) => (
        <>
          <StandTag of={one} why />
          {one.taken_back && (
            <small className="programme-back">{takenBackWords(one.taken_back, now)}</small>
          )}
        </>
      ),
    },
    {
      title: '字幕',
      width: 100,
      render: (_, one) =>
        hasCaptions(one) ? <Tag tone="done">有</Tag> : <Tag tone="due">没有</Tag>,
    },
    {
      title: '发布',
      width: 150,
      render: (_, one) => (one.state === 'draft' ? '还没有发布' : moment(one.published_at_ms, now)),
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
  const which = whichOf({ ...filters, q: useSettled(filters.q) });
  const programmes = useProgrammes(which, cursor);
  const rows = programmes.data?.items ?? [];
  const next = programmes.data?.next;
  const may = useMay()('publish');
  const desk = useUploads(useMe().data?.login ?? '', may);
  const [subject, setSubject] = useState<Subject | null>(null);
  return (
    <Page title="节目" note="电视上可以点播的片子。会议录像结束后自己成为节目。">
      {may && (
        <Uploading
          desk={desk}
          now={now}
          onMake={(upload) => setSubject({ kind: 'upload', upload, file: desk.fileOf(upload.id) })}
        />
      )}
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
              label="片名、拼音、简介或单位"
              value={filters.q}
              onChange={(q) => address.set({ q }, true)}
            />
            <FilterChoice
              label="状态"
              value={filters.stand}
              choices={FILTERS.stand.map((value) => ({
                value,
                label: value === 'all' ? '全部' : STAND[value],
              }))}
              onChange={(stand) => address.set({ stand })}
            />
            <FilterChoice
              label="栏目"
              value={filters.list}
              choices={[{ value: '', label: '全部' }, ...lists]}
              onChange={(list) => address.set({ list })}
            />
            <SavedFilters
              page="programmes"
              spec={FILTERS}
              filters={filters}
              onChoose={address.set}
            />
          </>
        }
        empty="还没有片子。在上面上传，用内容文件夹导入，或者开会时录像，会出现在这里。"
        onClear={
          isFiltered(filters, FILTERS, ['captions', 'list', 'stand', 'q'])
            ? address.clear
            : undefined
        }
        pager={byCursor({ page, shown: rows.length, next, forward, backward })}
      >
        {(shown) => (
          <Table<StaffProgramme>
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
      {opened !== null && (
        <ProgrammeDetail
          key={opened}
          id={opened}
          listOf={listOf}
          now={now}
          ready={desk.uploads.filter(({ state }) => state === 'ready')}
          onEdit={(programme) => setSubject({ kind: 'programme', programme })}
          onClose={() => open(null)}
        />
      )}
      {subject && (
        <ProgrammeForm
          subject={subject}
          onMade={(id) => open(id)}
          onClose={() => setSubject(null)}
        />
      )}
    </Page>
  );
}
