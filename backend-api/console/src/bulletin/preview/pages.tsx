import './preview.css';

import { useState } from 'react';

import { TvFoot } from '../../kit/tv/tv';
import { pictureAt } from './screens';

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
      <TvFoot at={page} all={pages.length} onAt={setPage}>
        第 {page + 1} 屏，{words}
      </TvFoot>
    </>
  );
}
