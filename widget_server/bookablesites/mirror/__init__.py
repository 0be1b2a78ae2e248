"""A copy of the busy times of an account that cannot be asked for those of some dates alone.

Such an account shows its appointments page by page, all of them, in an order of its own. Walking
through all pages for every visitor takes minutes where there are many, so what is needed of them is
kept in a file (`file`): ids, times, employees, states; nothing of any customer.

The copy keeps the account's order too (`order`). That is what makes it cheap to keep up:

- A page that is read again shows what is new, changed or gone between the rows known (`taking`).
- How many appointments there are is told with every page. If it is not what is known, the page on
  which they differ first is found by halving (`looking`): a row that has come or gone anywhere
  costs as many pages as the number of pages has binary digits.
- A row whose id is told is on the page where its place in the order says.

What shows in none of these ways, a change in the middle, is found by re-reading: two pages with
each look, those of the asked time first, and all of them from time to time (`sweeping`).
"""
