import { Button } from 'antd';
import { useRef } from 'react';

interface Props {
  words: string;
  /** What is attached, where the words do not say it. */
  label?: string;
  onPhotos: (files: readonly File[]) => void;
}

/** Chooses photographs. */
export function PhotoButton({ words, label, onPhotos }: Props) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        type="file"
        multiple
        className="finance-file"
        aria-label={label ?? words}
        accept="image/jpeg,image/png,image/webp"
        onChange={({ target }) => {
          onPhotos([...(target.files ?? [])]);
          target.value = '';
        }}
      />
      <Button onClick={() => field.current?.click()}>{words}</Button>
    </>
  );
}
