import { useEffect } from 'react';

/** The name of the tab. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · 工作台`;
  }, [title]);
}
