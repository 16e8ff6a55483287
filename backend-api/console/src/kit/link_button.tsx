import type { ButtonProps } from 'antd';
import { Button } from 'antd';
import { useHref, useLinkClickHandler } from 'react-router-dom';

type Props = Omit<ButtonProps, 'href' | 'onClick'> & { to: string };

/** A link that looks like a button: it can be opened in another tab. */
export function LinkButton({ to, ...rest }: Props) {
  const href = useHref(to);
  const go = useLinkClickHandler(to);
  return (
    <Button
      {...rest}
      href={href}
      onClick={(event) => go(event as React.MouseEvent<HTMLAnchorElement>)}
    />
  );
}
