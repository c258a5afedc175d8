"""The cell's papers in their official form: one view model, printed as PDF, DOCX and XLSX."""
