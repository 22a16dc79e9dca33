"""`make budgets`: whether the portal's pages are as quick as they have to be, measured by a browser."""
