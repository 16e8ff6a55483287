import { PlusOutlined } from '@ant-design/icons';
import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';

import { useCategories, useWithdrawCategory } from '../../api/categories';
import type { StaffCategory } from '../../api/types';
import { Collection } from '../../kit/collection/collection';
import { useConfirm } from '../../kit/confirm/confirm';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { CATEGORY_KIND, CLOCK } from '../../words/requests';
import { CategoryForm } from './form';

/** By the keys of the television; what has none comes last. */
const byKey = (all: readonly StaffCategory[]) =>
  [...all].sort((a, b) => (a.draft.digit || 10) - (b.draft.digit || 10));

/** What can be asked for by one key: who answers, and how soon. */
export function CategoriesPage() {
  const may = useMay()('organize');
  const categories = useCategories();
  const confirm = useConfirm();
  const { mutateAsync: withdraw } = useWithdrawCategory();
  /** What the form is open for: a category, a new one, or nothing. */
  const [editing, setEditing] = useState<StaffCategory | 'new' | null>(null);
  const ask = (category: StaffCategory) =>
    confirm({
      title: `撤下“${category.draft.title}”？`,
      content: '电视上不再有这个类别。已经提出的照样办，记录都在。',
      okText: '撤下',
      cancelText: '不撤',
      run: () => withdraw(category),
    });
  const columns: ColumnsType<StaffCategory> = [
    {
      title: '键',
      dataIndex: ['draft', 'digit'],
      align: 'right',
      render: (digit: number) => (digit === 0 ? '—' : digit),
    },
    {
      title: '名称',
      render: (_, category) =>
        may ? (
          <Button type="link" onClick={() => setEditing(category)}>
            {category.draft.title}
          </Button>
        ) : (
          category.draft.title
        ),
    },
    { title: '用来做什么', render: (_, { draft }) => CATEGORY_KIND[draft.kind ?? 'service'] },
    { title: '谁来答复', dataIndex: 'office' },
    {
      title: '多久以内',
      render: (_, { draft }) => `${draft.response_hours} 小时，${CLOCK[draft.clock ?? 'wall']}`,
    },
    { title: '哪里的人可以用', dataIndex: ['organization', 'name'] },
    ...(may
      ? [
          {
            title: '',
            key: 'acts',
            align: 'right' as const,
            render: (_: unknown, category: StaffCategory) => (
              <Button type="text" onClick={() => void ask(category)}>
                撤下…
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page title="服务与评议" tab="类别">
      <Collection
        query={categories}
        rows={byKey(categories.data ?? [])}
        rowKey={({ id }) => id}
        filters={
          may && (
            <>
              <span className="spacer" />
              <Button
                type="primary"
                icon={<PlusOutlined aria-hidden />}
                onClick={() => setEditing('new')}
              >
                新建类别
              </Button>
            </>
          )
        }
        empty="还没有类别。有了以后，电视上按一键服务就能选。"
      >
        {(shown) => (
          <Table<StaffCategory>
            rowKey="id"
            size="middle"
            columns={columns}
            dataSource={[...shown]}
            pagination={false}
          />
        )}
      </Collection>
      {editing !== null && (
        <CategoryForm
          category={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  );
}
