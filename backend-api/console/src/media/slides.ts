/** Pages of picture and PDF files as pictures, ready to be shown. */
import { HEIGHT, WIDTH } from './capture';

/** More than any talk has; keeps memory within bounds. */
const MOST_PAGES = 200;

export interface Slides {
  count: number;
  /** The page, counted from 0. */
  page: (index: number) => Promise<ImageBitmap>;
  close: () => void;
}

/** A file could not be read; `message` is a sentence for the screen. */
export class SlidesError extends Error {
  override readonly name = 'SlidesError';
}

type Page = () => Promise<ImageBitmap>;

async function pdf(file: File): Promise<{ pages: Page[]; close: () => void }> {
  const [pdfjs, worker] = await Promise.all([
    import('pdfjs-dist/legacy/build/pdf.mjs'),
    import('pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'),
  ]);
  pdfjs.GlobalWorkerOptions.workerSrc = worker.default;
  const data = import.meta.env.BASE_URL + 'pdf/';
  const opened = await pdfjs.getDocument({
    data: new Uint8Array(await file.arrayBuffer()),
    cMapUrl: `${data}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${data}standard_fonts/`,
    isEvalSupported: false,
  }).promise;
  const pages = Array.from({ length: opened.numPages }, (_, index) => async () => {
    const page = await opened.getPage(index + 1);
    const natural = page.getViewport({ scale: 1 });
    const scale = Math.min(WIDTH / natural.width, HEIGHT / natural.height);
    const viewport = page.getViewport({ scale });
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(viewport.width);
    canvas.height = Math.ceil(viewport.height);
    const canvasContext = canvas.getContext('2d');
    if (canvasContext === null) throw new SlidesError('浏览器画不出课件，请换一个浏览器。');
    await page.render({ canvasContext, viewport }).promise;
    page.cleanup();
    return createImageBitmap(canvas);
  });
  return { pages, close: () => void opened.destroy() };
}

function isPdf(file: File): boolean {
  return file.type === 'application/pdf' || /\.pdf$/i.test(file.name);
}

/** Files in the order of their names, numbers by value: 2 before 10. */
export function inOrder<T extends { name: string }>(files: readonly T[]): T[] {
  return [...files].sort((a, b) => a.name.localeCompare(b.name, 'zh-CN', { numeric: true }));
}

/**
 * Opens files; pages of a PDF follow one another.
 *
 * @throws SlidesError with the name of the file that cannot be read.
 */
export async function openSlides(files: readonly File[]): Promise<Slides> {
  const pages: Page[] = [];
  const closing: (() => void)[] = [];
  for (const file of inOrder(files)) {
    try {
      if (isPdf(file)) {
        const document = await pdf(file);
        pages.push(...document.pages);
        closing.push(document.close);
      } else {
        // Decoded once to find out that it can be.
        (await createImageBitmap(file)).close();
        pages.push(() => createImageBitmap(file));
      }
    } catch {
      closing.forEach((close) => close());
      throw new SlidesError(
        `《${file.name}》打不开。课件可以是图片（JPG、PNG）或 PDF；演示文稿请先另存为 PDF。`,
      );
    }
  }
  if (pages.length > MOST_PAGES) {
    closing.forEach((close) => close());
    throw new SlidesError(`课件一共 ${pages.length} 页，太多了，最多 ${MOST_PAGES} 页。`);
  }
  return {
    count: pages.length,
    page: (index) => {
      const page = pages[index];
      return page ? page() : Promise.reject(new SlidesError('没有这一页。'));
    },
    close: () => closing.forEach((close) => close()),
  };
}
