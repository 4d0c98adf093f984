import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { DoorName, Input, Output, Refusal } from '../api/client.ts';
import { useChange } from '../api/hooks.ts';
import { wrongAt } from '../text/refusals.ts';
import { Button } from './Button.tsx';
import { Failure } from './States.tsx';

/** What stands in the fields of a form, by their names. */
export interface Fields {
  text: (name: string) => string;
  /** Undefined when nothing stands there. */
  maybe: (name: string) => string | undefined;
  number: (name: string) => number;
  maybeNumber: (name: string) => number | undefined;
  checked: (name: string) => boolean;
}

function fieldsOf(form: FormData): Fields {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const maybe = (name: string) => text(name) || undefined;
  return {
    text,
    maybe,
    number: (name) => Number(text(name)),
    maybeNumber: (name) => (text(name) === '' ? undefined : Number(text(name))),
    checked: (name) => form.get(name) !== null,
  };
}

interface DoorFormProps<N extends DoorName> {
  door: N;
  /** What was read of these is asked again afterwards. */
  stale?: readonly DoorName[];
  input: (fields: Fields) => Input<N>;
  done?: (answer: Output<N>, input: Input<N>) => void;
  submit?: string;
  kind?: 'primary' | 'danger';
  className?: string;
  /** The fields; `wrong` tells what the door said of one, by its place in the body (`/email`). */
  children?: (wrong: (pointer: string) => string | undefined) => ReactNode;
}

/** A form that changes something by a door. It empties itself once that is done. */
export function DoorForm<N extends DoorName>(props: DoorFormProps<N>) {
  const { door, stale, input, done, submit, kind = 'primary', className = '', children } = props;
  const t = useTranslations('kit');
  const { change, busy, refusal } = useChange(door, { stale });
  // Fields that show what they began with begin anew with what was saved.
  const [turn, setTurn] = useState(0);
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = input(fieldsOf(new FormData(event.currentTarget)));
    change(given, {
      done: (answer) => {
        setTurn((before) => before + 1);
        done?.(answer, given);
      },
    });
  };
  return (
    <form key={turn} onSubmit={send} className={`grid gap-4 ${className}`}>
      {children?.((pointer) => wrongAt(refusal, pointer))}
      {refusal && <Failure error={refusal as Refusal} />}
      <Button kind={kind} type="submit" busy={busy} wide>
        {submit ?? t('save')}
      </Button>
    </form>
  );
}
