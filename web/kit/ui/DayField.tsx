import { type ComponentProps, useState } from 'react';
import { TextField } from './Field.tsx';

/** A date while it is typed: part by part, with years like 0002 and 0202 on the way. */
const WHOLE = /^2\d{3}-\d\d-\d\d$/;

/**
 * What a date input needs so that it can be typed into: it keeps what is half typed, tells whole days only (`''` where it
 * may be left out), and has the day that counts again when one leaves it.
 */
export function useDayInput(value: string, onChange: (day: string) => void, required = true) {
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== told) {
    setTold(value);
    setTyped(value);
  }
  return {
    type: 'date',
    value: typed,
    required,
    onChange: ({ target }: { target: { value: string } }) => {
      setTyped(target.value);
      if (!WHOLE.test(target.value) && (required || target.value)) return;
      setTold(target.value);
      onChange(target.value);
    },
    onBlur: () => setTyped(value),
  };
}

/** A day of the calendar. With `required={false}` it may be left out, and is then `''`. */
export function DayField({
  value,
  onChange,
  required = true,
  ...rest
}: Omit<ComponentProps<typeof TextField>, 'value' | 'onChange' | 'type'> & {
  value: string;
  onChange: (day: string) => void;
}) {
  return <TextField {...rest} {...useDayInput(value, onChange, required)} />;
}
