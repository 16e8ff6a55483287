import { useState } from 'react';

import { uploadBulletinPicture } from '../../api/bulletins';
import { sentence } from '../../api/refusal';
import type { Picture } from '../../api/types';

/** A file that did not become a picture. */
export interface NotTaken {
  file: File;
  words: string;
  /** Another try may help. */
  again: boolean;
}

const isPhoto = ({ type, name }: File) =>
  type.startsWith('image/') || /\.(jpe?g|png|webp)$/i.test(name);

function unfit(file: File): string | null {
  if (!isPhoto(file)) {
    return '电视上不能显示这种文件。能拖进来的有照片，还有 Word、WPS 和 PDF 文件；别的请打开后复制，粘贴到正文里。';
  }
  return null;
}

/** Uploads photographs one after the other; what could not be taken is named, and why. */
export function usePhotos() {
  const [left, setLeft] = useState(0);
  const [notTaken, setNotTaken] = useState<readonly NotTaken[]>([]);
  const upload = async (files: readonly File[], taken: (picture: Picture) => void) => {
    setNotTaken((old) => old.filter(({ file }) => !files.includes(file)));
    setLeft((n) => n + files.length);
    for (const file of files) {
      const words = unfit(file);
      if (words !== null) setNotTaken((old) => [...old, { file, words, again: false }]);
      else {
        try {
          taken(await uploadBulletinPicture(file, ''));
        } catch (error) {
          setNotTaken((old) => [...old, { file, words: sentence(error), again: true }]);
        }
      }
      setLeft((n) => n - 1);
    }
  };
  const forget = ({ file }: NotTaken) =>
    setNotTaken((old) => old.filter((one) => one.file !== file));
  return { left, notTaken, upload, forget };
}
