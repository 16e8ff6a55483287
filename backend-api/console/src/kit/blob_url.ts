import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

/**
 * The bytes of a file that only whoever is signed in may have, as an address of this page until it is out of sight.
 * `key` names the file in questions; nothing of it is kept when nobody looks at it any more.
 */
export function useBlobUrl(key: readonly unknown[], load: () => Promise<Blob>, wanted = true) {
  const bytes = useQuery({
    queryKey: key,
    queryFn: load,
    enabled: wanted,
    staleTime: Infinity,
    gcTime: 0,
  });
  const [url, setUrl] = useState<string | null>(null);
  const blob = bytes.data;
  useEffect(() => {
    if (blob === undefined) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => {
      setUrl(null);
      URL.revokeObjectURL(made);
    };
  }, [blob]);
  return { url, error: bytes.error, again: bytes.refetch };
}
