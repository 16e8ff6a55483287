import './row_table.css';

import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';

interface Props<T extends { id: string }> {
  columns: ColumnsType<T>;
  rows: readonly T[];
  /** Id of the one that is open. */
  opened: string | null;
  onOpen: (id: string) => void;
  isPicked?: (row: T) => boolean;
}

/** Rows that open when they are clicked; the one that is open and those that are selected stand out. */
export function RowTable<T extends { id: string }>(props: Props<T>) {
  const { columns, rows, opened, onOpen, isPicked } = props;
  return (
    <Table<T>
      className="row-table"
      rowKey="id"
      size="middle"
      scroll={{ x: 'max-content' }}
      columns={columns}
      dataSource={[...rows]}
      pagination={false}
      rowClassName={(row) =>
        row.id === opened || isPicked?.(row) === true ? 'ant-table-row-selected' : ''
      }
      onRow={({ id }) => ({ onClick: () => onOpen(id) })}
    />
  );
}

/** The column of names, each of which opens its row. */
export function nameColumn<T extends { id: string; name: string }>(
  title: string,
  open: (id: string) => void,
): ColumnsType<T>[number] {
  return {
    title,
    key: 'name',
    render: (_, { id, name }) => (
      <Button type="link" className="row-name" onClick={() => open(id)}>
        {name}
      </Button>
    ),
  };
}
