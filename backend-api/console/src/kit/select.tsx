import type { RefSelectProps, SelectProps, TreeSelectProps } from 'antd';
import { Select as AntSelect, TreeSelect as AntTreeSelect } from 'antd';
import type { AriaAttributes } from 'react';
import { forwardRef } from 'react';

function unsaid<P extends AriaAttributes>(props: P): Omit<P, 'aria-required'> {
  const rest = { ...props };
  delete rest['aria-required'];
  return rest;
}

/**
 * Lists that open, as antd has them, but for one thing: what a form says of a field that must be filled in, antd
 * puts on the frame around it too, where no reader of screens may find it. The label says what may be left out.
 */
export const Select = forwardRef<RefSelectProps, SelectProps>(function Select(props, ref) {
  return <AntSelect ref={ref} {...unsaid(props)} />;
}) as unknown as typeof AntSelect;

export const TreeSelect = forwardRef<RefSelectProps, TreeSelectProps>(
  function TreeSelect(props, ref) {
    return <AntTreeSelect ref={ref} {...unsaid(props)} />;
  },
) as unknown as typeof AntTreeSelect;
