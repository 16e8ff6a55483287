import './preview.css';

import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useState } from 'react';

import { pictureAt } from './screens';

interface FootProps {
  page: number;
  pages: number;
  onPage: (page: number) => void;
  children: ReactNode;
}

/** Leads from one screen to the next. */
export function Foot({ page, pages, onPage, children }: FootProps) {
  return (
    <div className="tv-foot">
      <Button
        type="text"
        icon={<LeftOutlined aria-hidden />}
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        上一屏
      </Button>
      <span role="status">{children}</span>
      <Button
        type="text"
        icon={<RightOutlined aria-hidden />}
        iconPosition="end"
        disabled={page >= pages - 1}
        onClick={() => onPage(page + 1)}
      >
        下一屏
      </Button>
    </div>
  );
}

interface ScreensProps {
  /** JPEG in Base64. */
  pages: readonly string[];
  title: string;
  /** How much they show. */
  words: string;
}

/** Pictures of the television's screen, one after the other. */
export function Screens({ pages, title, words }: ScreensProps) {
  const [page, setPage] = useState(0);
  const jpeg = pages[page];
  return (
    <>
      <div className="tv-frame">
        {jpeg !== undefined && (
          <img
            className="tv-picture-of"
            src={pictureAt(jpeg)}
            alt={`电视上的“${title}”，第 ${page + 1} 屏`}
          />
        )}
      </div>
      <Foot page={page} pages={pages.length} onPage={setPage}>
        第 {page + 1} 屏，{words}
      </Foot>
    </>
  );
}
