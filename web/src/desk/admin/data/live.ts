import { queryClient } from '@/query'
import { onChanges } from '../../live'
import type { Import } from './data'

// Imports tell how far they have come once a second.
onChanges((batch) => {
  const imports = batch.filter((c) => c.about.kind === 'import')
  for (const c of imports) {
    const told = c.data as Partial<Import> | undefined
    if (c.kind !== 'import.progressed' || !told?.counts) {
      void queryClient.invalidateQueries({ queryKey: ['import', c.about.id] })
      continue
    }
    queryClient.setQueryData<Import>(
      ['import', c.about.id],
      (was) => was && (was.counts.read > (told.counts?.read ?? 0) ? was : ({ ...was, counts: told.counts } as Import)),
    )
  }
  if (imports.some((c) => c.kind !== 'import.progressed')) void queryClient.invalidateQueries({ queryKey: ['imports'] })
})
