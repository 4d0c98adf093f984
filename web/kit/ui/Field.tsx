import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { useTranslations } from 'use-intl';

interface Around {
  label: string;
  /** Says more below the label. */
  hint?: ReactNode;
  /** What is wrong with what is in it. */
  error?: string;
}

const box =
  'w-full rounded-xl border border-line-strong bg-paper px-3 text-ink placeholder:text-soft aria-invalid:border-berry aria-invalid:border-2 disabled:opacity-60';

function Labelled({
  id,
  label,
  hint,
  error,
  required,
  children,
}: Around & { id: string; required?: boolean; children: ReactNode }) {
  const t = useTranslations('kit');
  return (
    <div className="grid content-end gap-1">
      <label htmlFor={id} className="font-semibold">
        {label}
        {required === false && <span className="ms-1 font-normal text-soft">({t('optional')})</span>}
      </label>
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-soft">
          {hint}
        </p>
      )}
      {children}
      {error && (
        <p id={`${id}-error`} className="text-sm font-semibold text-berry">
          {error}
        </p>
      )}
    </div>
  );
}

function describedBy(id: string, { hint, error }: Partial<Around>): string | undefined {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
}

type TextFieldProps = Around & InputHTMLAttributes<HTMLInputElement>;

/** A line of text, a date, a number: what `type` says. `required={false}` shows that it may be left out. */
export function TextField({ label, hint, error, required, className = '', ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, error, required }}>
      <input
        id={id}
        required={required}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, { hint, error })}
        {...rest}
        className={`min-h-11 ${box} ${className}`}
      />
    </Labelled>
  );
}

type TextAreaProps = Around & TextareaHTMLAttributes<HTMLTextAreaElement>;

/** Some lines of text. */
export function TextArea({ label, hint, error, required, className = '', ...rest }: TextAreaProps) {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, error, required }}>
      <textarea
        id={id}
        required={required}
        rows={2}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, { hint, error })}
        {...rest}
        className={`min-h-14 py-2 ${box} ${className}`}
      />
    </Labelled>
  );
}

type SelectProps = Around &
  SelectHTMLAttributes<HTMLSelectElement> & { options: readonly { value: string; label: string }[] };

/** One of a few. The system's own list, which every phone and screen reader knows. */
export function Select({ label, hint, error, required, options, ...rest }: SelectProps) {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, error, required }}>
      <select
        id={id}
        required={required}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, { hint, error })}
        {...rest}
        className={`min-h-11 ${box}`}
      >
        {options.map(({ value, label: text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

export function Checkbox({
  label,
  hint,
  ...rest
}: Omit<Around, 'error'> & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="flex gap-3">
      <input
        id={id}
        type="checkbox"
        aria-describedby={describedBy(id, { hint })}
        {...rest}
        className="mt-0.5 size-6 shrink-0"
      />
      <div>
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-sm text-soft">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

export interface Choice<V extends string> {
  value: V;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

/** One of a few, all of them in sight: a card each. */
export function Choices<V extends string>({
  label,
  choices,
  value,
  onChange,
  columns = 'grid-cols-1',
  error,
}: {
  label: string;
  choices: readonly Choice<V>[];
  value: V | undefined;
  onChange: (value: V) => void;
  columns?: string;
  error?: string;
}) {
  const name = useId();
  return (
    <fieldset className="grid gap-2" aria-invalid={error ? true : undefined}>
      <legend className="mb-1 font-semibold">{label}</legend>
      <div className={`grid gap-2 ${columns}`}>
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="flex min-h-12 items-center gap-3 rounded-xl border border-line-strong bg-paper px-3 py-2 has-checked:border-float has-checked:bg-float-wash has-checked:outline-1 has-checked:outline-float has-disabled:border-dashed has-disabled:bg-cream has-focus-visible:outline-3 has-focus-visible:outline-float"
          >
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              disabled={choice.disabled}
              onChange={() => onChange(choice.value)}
              className="size-5 shrink-0"
            />
            <span>
              <span className="block font-semibold">{choice.label}</span>
              {choice.hint && <span className="block text-sm text-soft">{choice.hint}</span>}
            </span>
          </label>
        ))}
      </div>
      {error && <p className="text-sm font-semibold text-berry">{error}</p>}
    </fieldset>
  );
}

/** How many pieces: less, the figure, more. */
export function Stepper({
  label,
  value,
  onChange,
  min = 0,
  max = 99,
  size = 'normal',
}: {
  /** Of what; read out. */
  label: string;
  value: number;
  onChange: (value: number) => void;
  min?: number;
  max?: number;
  size?: 'normal' | 'large';
}) {
  const t = useTranslations('kit');
  const button = `grid place-items-center rounded-full font-bold hover:bg-float-wash disabled:opacity-35 ${
    size === 'large' ? 'size-14 text-2xl' : 'size-11 text-xl'
  }`;
  return (
    <fieldset className="inline-flex items-center rounded-full border border-line-strong bg-paper">
      <legend className="sr-only">{label}</legend>
      <button
        type="button"
        className={button}
        aria-label={t('less')}
        disabled={value <= min}
        onClick={() => onChange(Math.max(min, value - 1))}
      >
        −
      </button>
      <output className="figures min-w-8 text-center font-semibold" aria-live="polite">
        {value}
      </output>
      <button
        type="button"
        className={button}
        aria-label={t('more')}
        disabled={value >= max}
        onClick={() => onChange(Math.min(max, value + 1))}
      >
        +
      </button>
    </fieldset>
  );
}
