import type { FormInstance } from 'antd';

type Form<F> = Pick<FormInstance<F>, 'validateFields' | 'scrollToField'>;

/**
 * What is written, if it can be saved. Otherwise `null`: what is wrong stands at the fields, and the first of
 * them takes the focus.
 */
export async function validOf<F>(form: Form<F>): Promise<F | null> {
  try {
    return await form.validateFields();
  } catch (wrong) {
    const [first] = (wrong as Wrong).errorFields;
    if (first) form.scrollToField(first.name, { focus: true });
    return null;
  }
}

/** What Ant Design's forms refuse with; it is no `Error`. */
interface Wrong {
  errorFields: { name: (string | number)[] }[];
}
