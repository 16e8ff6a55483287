import './township.css';

import { Button, Spin } from 'antd';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { Link } from 'react-router-dom';

import type { Versioned } from '../../api/township';
import { useTownship } from '../../api/township';
import type { Section, Township } from '../../api/types';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { called, LIST_KIND, mannersSaid, spoken } from './draft';
import { PlaceForm, SectionForm } from './forms';
import { HelpForm } from './help_form';
import { MannersForm } from './manners_form';
import { WordsForm } from './words_form';

/** What is open: the place's names, or a section by its id. */
type Open =
  { form: 'place' | 'help' | 'words' | 'manners' } | { form: 'section'; id: string } | null;

/** 本镇设置: what the place calls itself and its sections, and the ways to what else is its own. */
export function TownshipPage() {
  const township = useTownship();
  const [open, setOpen] = useState<Open>(null);
  /** As it was read when the form was opened. */
  const [first, setFirst] = useState<Versioned<Township> | null>(null);
  const begin = (what: Open) => {
    setFirst(township.data ?? null);
    setOpen(what);
  };
  const close = () => setOpen(null);
  return (
    <Page title="本镇设置" note="改了几秒后电视上就变">
      {township.isPending && (
        <div className="center" role="status" aria-label="正在读取">
          <Spin size="large" />
        </div>
      )}
      {township.isError && <Problem error={township.error} retry={township.refetch} />}
      {township.data && (
        <div className="township">
          <div>
            <section className="card township-place" aria-labelledby="township-place">
              <div>
                <h2 id="township-place">{township.data.value.name}</h2>
                <p>电视首页的标题：{township.data.value.title}</p>
              </div>
              <Button onClick={() => begin({ form: 'place' })}>改名称</Button>
            </section>
            <section className="card township-place" aria-labelledby="township-help">
              <div>
                <h2 id="township-help">帮助电话</h2>
                <p>{called(township.data.value.help ?? [])}</p>
              </div>
              <Button onClick={() => begin({ form: 'help' })}>改电话</Button>
            </section>
            <section className="card township-place" aria-labelledby="township-words">
              <div>
                <h2 id="township-words">朗读的读音</h2>
                <p>{spoken(township.data.value.pronunciations ?? [])}</p>
              </div>
              <Button onClick={() => begin({ form: 'words' })}>改读音</Button>
            </section>
            <section className="card township-place" aria-labelledby="township-manners">
              <div>
                <h2 id="township-manners">什么时候打扰人</h2>
                <p>{mannersSaid(township.data.value)}</p>
              </div>
              <Button onClick={() => begin({ form: 'manners' })}>改时间</Button>
            </section>
            <h2 className="section-title">六个栏目</h2>
            <div className="township-sections">
              {township.data.value.sections.map((section) => (
                <SectionCard
                  key={section.id}
                  section={section}
                  onEdit={() => begin({ form: 'section', id: section.id })}
                />
              ))}
            </div>
          </div>
          <Elsewhere />
        </div>
      )}
      {open?.form === 'place' && first && <PlaceForm first={first} onClose={close} />}
      {open?.form === 'help' && first && <HelpForm first={first} onClose={close} />}
      {open?.form === 'words' && first && <WordsForm first={first} onClose={close} />}
      {open?.form === 'manners' && first && <MannersForm first={first} onClose={close} />}
      {open?.form === 'section' && first && (
        <SectionForm first={first} id={open.id} onClose={close} />
      )}
    </Page>
  );
}

function SectionCard({ section, onEdit }: { section: Section; onEdit: () => void }) {
  return (
    <section className="card township-section" aria-labelledby={`section-${section.id}`}>
      <header style={{ background: section.color }}>
        <span>{section.digit}</span>
        <h3 id={`section-${section.id}`}>{section.title}</h3>
      </header>
      <ul>
        {section.listings.map(({ id, title, kind }) => (
          <li key={id}>
            {title}
            <small>{LIST_KIND[kind]}</small>
          </li>
        ))}
      </ul>
      <footer>
        <Button onClick={onEdit} aria-label={`修改栏目“${section.title}”`}>
          修改
        </Button>
      </footer>
    </section>
  );
}

/** What is set elsewhere. */
function Elsewhere() {
  const may = useMay();
  return (
    <aside className="township-else" aria-label="别的设置">
      <Way to="/services/categories" title="一键服务的类别">
        电视上能办哪几类事、谁来答复、多久以内
      </Way>
      <Way to="/accounts/calendar" title="工作日历">
        哪天放假、哪个周末上班，按工作时间算的期限照它算
      </Way>
      {may('organize') && (
        <Way to="/accounts/places" title="村和站所">
          添加村、站所和支部，可以从表格里粘贴
        </Way>
      )}
    </aside>
  );
}

function Way({ to, title, children }: { to: string; title: string; children: ReactNode }) {
  return (
    <Link to={to} className="card township-way">
      <b>{title}</b>
      <span>{children}</span>
    </Link>
  );
}
