import { Button, Input } from 'antd';

import type { FinanceFault } from '../../api/types';
import { PhotoButton } from './photo_button';
import type { Work } from './work';
import { faultsAt, withCell, withHeader, withoutRow, withRow } from './work';

interface Props {
  work: Work;
  faults: readonly FinanceFault[];
  onWork: (next: (now: Work) => Work) => void;
  onPhotos: (files: readonly File[], line: number) => void;
}

/** The table as it was read: every cell can be mended where it stands, and what is wrong stands below it. */
export function Rows({ work, faults, onWork, onPhotos }: Props) {
  return (
    <div className="finance-grid">
      <table>
        <thead>
          <tr>
            <th scope="col">行</th>
            {work.header.map((name, at) => (
              <th key={at} scope="col">
                <Input
                  aria-label={`第 ${at + 1} 列的列名`}
                  value={name}
                  onChange={({ target }) => onWork((now) => withHeader(now, at, target.value))}
                />
              </th>
            ))}
            <th scope="col">发票</th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody>
          {work.rows.map((row) => {
            const photos = work.pictures.filter(({ line }) => line === row.line).length;
            return (
              <tr key={row.line}>
                <th scope="row">{row.line}</th>
                {row.cells.map((text, at) => {
                  const said = faultsAt(faults, row.line, at);
                  const worst = said[0];
                  return (
                    <td key={at} className={worst ? `finance-${worst.weight}` : ''}>
                      <Input
                        aria-label={`第 ${row.line} 行${work.header[at] ?? ''}`}
                        aria-invalid={said.some(({ weight }) => weight === 'wrong')}
                        value={text}
                        onChange={({ target }) =>
                          onWork((now) => withCell(now, row.line, at, target.value))
                        }
                      />
                      {said.map(({ message }) => (
                        <small key={message}>{message}</small>
                      ))}
                    </td>
                  );
                })}
                <td>
                  <PhotoButton
                    words={photos > 0 ? `${photos} 张，再附…` : '附发票…'}
                    label={`第 ${row.line} 行的发票`}
                    onPhotos={(files) => onPhotos(files, row.line)}
                  />
                </td>
                <td>
                  <Button
                    type="text"
                    aria-label={`去掉第 ${row.line} 行`}
                    onClick={() => onWork((now) => withoutRow(now, row.line))}
                  >
                    去掉
                  </Button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Button onClick={() => onWork(withRow)}>添一行</Button>
    </div>
  );
}
