# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_poly_match_global_optspecs
	string join \n h/help V/version
end

function __fish_poly_match_needs_command
	# Figure out if the current invocation already has a command.
	set -l cmd (commandline -opc)
	set -e cmd[1]
	argparse -s (__fish_poly_match_global_optspecs) -- $cmd 2>/dev/null
	or return
	if set -q argv[1]
		# Also print the command, so this can be used to figure out what it is.
		echo $argv[1]
		return 1
	end
	return 0
end

function __fish_poly_match_using_subcommand
	set -l cmd (__fish_poly_match_needs_command)
	test -z "$cmd"
	and return 1
	contains -- $cmd[1] $argv
end

complete -c poly-match -n "__fish_poly_match_needs_command" -s h -l help -d 'Print this help'
complete -c poly-match -n "__fish_poly_match_needs_command" -s V -l version -d 'Print version'
complete -c poly-match -n "__fish_poly_match_needs_command" -f -a "match" -d 'Match every point to the best polygon near it'
complete -c poly-match -n "__fish_poly_match_needs_command" -f -a "summary" -d 'Count the points of each polygon'
complete -c poly-match -n "__fish_poly_match_needs_command" -f -a "info" -d 'Show what is in a file of points or polygons, or in a saved matcher'
complete -c poly-match -n "__fish_poly_match_needs_command" -f -a "check" -d 'Find what is suspicious in polygons, and where'
complete -c poly-match -n "__fish_poly_match_needs_command" -f -a "index" -d 'Build a matcher of polygons once, and save it'
complete -c poly-match -n "__fish_poly_match_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l near -d 'center (default), boundary, contains, covers' -r -f -a "center\t'Its centre is closer than max-dist'
boundary\t'Its boundary is closer than max-dist, or it contains the point; a hole is outside'
contains\t'It contains the point, which is not on its boundary'
covers\t'It contains the point, or the point is on its boundary'"
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l max-dist -d 'Near is closer than D, in coordinate units' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l center -d 'Which point of a polygon is its centre, with `--near center` [default: vertex_mean]' -r -f -a "vertex_mean\t'The mean of its vertices'
centroid\t'The centroid of its area'
bbox\t'The middle of its bounding box'"
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l best -d 'smallest (default), nearest, max:COLUMN, ...' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l tie -d 'Which of equally good candidates wins; `distance` adds nearest to the criteria' -r -f -a "index\t'The first in the file of polygons'
distance\t'The nearest; if they are equally near, the first'"
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l max-dist-column -d 'Column of the points with a max-dist for each' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l k -d 'Find the N best matches of each point, best first' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l group-by -d 'Match only equal labels: columns of both files' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l x -d 'Column of x [default: guessed, e.g. x or lon]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l y -d 'Column of y [default: guessed, e.g. y or lat]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l latlon -d 'Column with both in a cell, as in "48.2, 16.3"' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l lonlat -d 'Column with longitude and latitude in each cell, as in "16.3, 48.2"' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l points-geometry -d 'Column of the points\' geometry' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l points-layer -d 'Layer of the points, if their file has several, such as GeoPackage [default: the only one]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l geometry -l wkt -d 'Column of the polygons\' geometry' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l layer -d 'Layer of the polygons, in GeoPackage' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l id -d 'Column of the polygon\'s id' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l vertices-of -d 'One vertex a row: the column of their polygon' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l order -d 'With --vertices-of: the column of numbers that orders the vertices [default: as the rows are]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l circles -d 'Each row is a circle: the column of its radius' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l polygons-x -d 'With --vertices-of or --circles: the column of x [default: guessed, e.g. x, lon, easting]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l polygons-y -d 'With --vertices-of or --circles: the column of y [default: guessed, e.g. y, lat, northing]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l points-format -d 'Format of POINTS [default: by content and name]' -r -f -a "csv\t''
tsv\t''
geojson\t''
geojsonl\t''
parquet\t''
arrow\t''
arrows\t''
fgb\t''
gpkg\t''
shp\t''"
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l polygons-format -d 'Format of POLYGONS [default: as POINTS\']' -r -f -a "csv\t''
tsv\t''
geojson\t''
geojsonl\t''
parquet\t''
arrow\t''
arrows\t''
fgb\t''
gpkg\t''
shp\t''"
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l on-invalid -d 'Bad coordinates or geometry: `raise` or `skip`' -r -f -a "raise\t'Stop, and report the row'
skip\t'Let it match nothing, and count it'"
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l workers -d 'Number of threads [default: one per core]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -s o -l output -d 'File to write; its extension names the format' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l fields -d 'Columns of the polygon to add; \'*\' means all' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l plot -d 'Draw polygons and points: .png or .svg' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l stats-json -d 'Write the figures of the run as JSON' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l output-format -d 'Format of OUT [default: by its extension]' -r -f -a "csv\t''
tsv\t''
geojson\t''
geojsonl\t''
parquet\t''
arrow\t''
arrows\t''
fgb\t''
gpkg\t''
shp\t''"
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l how -d 'Write all points (left) or matched ones (inner)' -r -f -a "left\t'All points; fields are empty if nothing is near'
inner\t'Only the points that have a match'"
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l unmatched -d 'Write the points without a match to this file' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l summary -d 'Write the number of points of each polygon' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l delimiter -d 'Character between cells [default: found]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l quote -d 'Character around cells, or `none` [default: found, of " and \']' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l decimal -d 'Decimal mark of numbers: . or , [default: .]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l encoding -d 'Encoding, e.g. windows-1252 [default: UTF-8]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l polygons-delimiter -d 'As --delimiter' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l polygons-quote -d 'As --quote' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l polygons-decimal -d 'As --decimal [default: with --decimal both marks, else .]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l polygons-encoding -d 'As --encoding [default: UTF-8, or else that of --encoding]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l inclusive -d 'A polygon at exactly max-dist is near too'
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l nulls-last -d 'Polygons without a min: or max: value come last'
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l planar -d 'Treat degrees as plane coordinates'
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -s q -l quiet -d 'Print nothing on stderr but warnings and errors'
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l no-header -d 'There is no header: columns are #1, #2, ...'
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l header -d 'The first row is a header, even if it looks like a row'
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l polygons-no-header -d 'As --no-header'
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -l polygons-header -d 'As --header'
complete -c poly-match -n "__fish_poly_match_using_subcommand match" -s h -l help -d 'Print this help'
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l near -d 'center (default), boundary, contains, covers' -r -f -a "center\t'Its centre is closer than max-dist'
boundary\t'Its boundary is closer than max-dist, or it contains the point; a hole is outside'
contains\t'It contains the point, which is not on its boundary'
covers\t'It contains the point, or the point is on its boundary'"
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l max-dist -d 'Near is closer than D, in coordinate units' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l center -d 'Which point of a polygon is its centre, with `--near center` [default: vertex_mean]' -r -f -a "vertex_mean\t'The mean of its vertices'
centroid\t'The centroid of its area'
bbox\t'The middle of its bounding box'"
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l best -d 'smallest (default), nearest, max:COLUMN, ...' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l tie -d 'Which of equally good candidates wins; `distance` adds nearest to the criteria' -r -f -a "index\t'The first in the file of polygons'
distance\t'The nearest; if they are equally near, the first'"
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l max-dist-column -d 'Column of the points with a max-dist for each' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l k -d 'Find the N best matches of each point, best first' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l group-by -d 'Match only equal labels: columns of both files' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l x -d 'Column of x [default: guessed, e.g. x or lon]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l y -d 'Column of y [default: guessed, e.g. y or lat]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l latlon -d 'Column with both in a cell, as in "48.2, 16.3"' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l lonlat -d 'Column with longitude and latitude in each cell, as in "16.3, 48.2"' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l points-geometry -d 'Column of the points\' geometry' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l points-layer -d 'Layer of the points, if their file has several, such as GeoPackage [default: the only one]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l geometry -l wkt -d 'Column of the polygons\' geometry' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l layer -d 'Layer of the polygons, in GeoPackage' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l id -d 'Column of the polygon\'s id' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l vertices-of -d 'One vertex a row: the column of their polygon' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l order -d 'With --vertices-of: the column of numbers that orders the vertices [default: as the rows are]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l circles -d 'Each row is a circle: the column of its radius' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l polygons-x -d 'With --vertices-of or --circles: the column of x [default: guessed, e.g. x, lon, easting]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l polygons-y -d 'With --vertices-of or --circles: the column of y [default: guessed, e.g. y, lat, northing]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l points-format -d 'Format of POINTS [default: by content and name]' -r -f -a "csv\t''
tsv\t''
geojson\t''
geojsonl\t''
parquet\t''
arrow\t''
arrows\t''
fgb\t''
gpkg\t''
shp\t''"
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l polygons-format -d 'Format of POLYGONS [default: as POINTS\']' -r -f -a "csv\t''
tsv\t''
geojson\t''
geojsonl\t''
parquet\t''
arrow\t''
arrows\t''
fgb\t''
gpkg\t''
shp\t''"
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l on-invalid -d 'Bad coordinates or geometry: `raise` or `skip`' -r -f -a "raise\t'Stop, and report the row'
skip\t'Let it match nothing, and count it'"
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l workers -d 'Number of threads [default: one per core]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -s o -l output -d 'File to write; its extension names the format' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l fields -d 'Columns of the polygon to add; \'*\' means all' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l plot -d 'Draw polygons and points: .png or .svg' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l stats-json -d 'Write the figures of the run as JSON' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l output-format -d 'Format of OUT [default: by its extension]' -r -f -a "csv\t''
tsv\t''
geojson\t''
geojsonl\t''
parquet\t''
arrow\t''
arrows\t''
fgb\t''
gpkg\t''
shp\t''"
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l delimiter -d 'Character between cells [default: found]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l quote -d 'Character around cells, or `none` [default: found, of " and \']' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l decimal -d 'Decimal mark of numbers: . or , [default: .]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l encoding -d 'Encoding, e.g. windows-1252 [default: UTF-8]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l polygons-delimiter -d 'As --delimiter' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l polygons-quote -d 'As --quote' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l polygons-decimal -d 'As --decimal [default: with --decimal both marks, else .]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l polygons-encoding -d 'As --encoding [default: UTF-8, or else that of --encoding]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l inclusive -d 'A polygon at exactly max-dist is near too'
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l nulls-last -d 'Polygons without a min: or max: value come last'
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l planar -d 'Treat degrees as plane coordinates'
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -s q -l quiet -d 'Print nothing on stderr but warnings and errors'
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l no-header -d 'There is no header: columns are #1, #2, ...'
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l header -d 'The first row is a header, even if it looks like a row'
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l polygons-no-header -d 'As --no-header'
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -l polygons-header -d 'As --header'
complete -c poly-match -n "__fish_poly_match_using_subcommand summary" -s h -l help -d 'Print this help'
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -s n -l rows -d 'How many of the first rows to show' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l x -d 'Column of x [default: guessed, e.g. x or lon]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l y -d 'Column of y [default: guessed, e.g. y or lat]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l latlon -d 'Column with both in a cell, as in "48.2, 16.3"' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l lonlat -d 'Column with longitude and latitude in each cell, as in "16.3, 48.2"' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l geometry -l wkt -d 'Column of geometry [default: by its type, or guessed, e.g. geometry, wkt]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l layer -d 'Layer, if the file has several, such as GeoPackage [default: the only one]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l format -d 'Format of FILE [default: by content and extension; a stream may be CSV]' -r -f -a "csv\t''
tsv\t''
geojson\t''
geojsonl\t''
parquet\t''
arrow\t''
arrows\t''
fgb\t''
gpkg\t''
shp\t''"
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l delimiter -d 'Character between cells [default: found]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l quote -d 'Character around cells, or `none` [default: found, of " and \']' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l decimal -d 'Decimal mark of numbers: . or , [default: .]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l encoding -d 'Encoding, e.g. windows-1252 [default: UTF-8]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l json -d 'Print one JSON object instead'
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -s q -l quiet -d 'Print nothing on stderr but warnings and errors'
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l no-header -d 'There is no header: columns are #1, #2, ...'
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -l header -d 'The first row is a header, even if it looks like a row'
complete -c poly-match -n "__fish_poly_match_using_subcommand info" -s h -l help -d 'Print this help'
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -s o -l output -d 'File to write, in the format that its extension names; `-` is stdout, as CSV' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l geometry -l wkt -d 'Column of the polygons\' geometry' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l layer -d 'Layer of the polygons, in GeoPackage' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l id -d 'Column of the polygon\'s id' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l vertices-of -d 'One vertex a row: the column of their polygon' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l order -d 'With --vertices-of: the column of numbers that orders the vertices [default: as the rows are]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l circles -d 'Each row is a circle: the column of its radius' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l polygons-x -d 'With --vertices-of or --circles: the column of x [default: guessed, e.g. x, lon, easting]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l polygons-y -d 'With --vertices-of or --circles: the column of y [default: guessed, e.g. y, lat, northing]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l on-invalid -d 'What to do with a row that holds no polygon: null, empty, or of another geometry type' -r -f -a "raise\t'Stop, and report the row'
skip\t'Let it match nothing, and count it'"
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l format -l polygons-format -d 'Format of FILE [default: by content and extension]' -r -f -a "csv\t''
tsv\t''
geojson\t''
geojsonl\t''
parquet\t''
arrow\t''
arrows\t''
fgb\t''
gpkg\t''
shp\t''"
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l plot -d 'Draw the polygons, and mark the findings: `.png` or `.svg`' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l delimiter -d 'Character between cells [default: found]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l quote -d 'Character around cells, or `none` [default: found, of " and \']' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l decimal -d 'Decimal mark of numbers: . or , [default: .]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l encoding -d 'Encoding, e.g. windows-1252 [default: UTF-8]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l strict -d 'Exit with status 1 if there are findings'
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l degrees -d 'Coordinates are longitude and latitude in degrees [default: as the file declares]'
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l planar -d 'Coordinates are plane, whatever the file declares'
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -s q -l quiet -d 'Print nothing on stderr but warnings and errors'
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l no-header -d 'There is no header: columns are #1, #2, ...'
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -l header -d 'The first row is a header, even if it looks like a row'
complete -c poly-match -n "__fish_poly_match_using_subcommand check" -s h -l help -d 'Print this help'
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l near -d 'center (default), boundary, contains, covers' -r -f -a "center\t'Its centre is closer than max-dist'
boundary\t'Its boundary is closer than max-dist, or it contains the point; a hole is outside'
contains\t'It contains the point, which is not on its boundary'
covers\t'It contains the point, or the point is on its boundary'"
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l max-dist -d 'Near is closer than D, in coordinate units' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l center -d 'Which point of a polygon is its centre, with `--near center` [default: vertex_mean]' -r -f -a "vertex_mean\t'The mean of its vertices'
centroid\t'The centroid of its area'
bbox\t'The middle of its bounding box'"
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l best -d 'smallest (default), nearest, max:COLUMN, ...' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l tie -d 'Which of equally good candidates wins; `distance` adds nearest to the criteria' -r -f -a "index\t'The first in the file of polygons'
distance\t'The nearest; if they are equally near, the first'"
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l group-by -d 'Match only polygons with the point\'s label, which this column or property has' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -s o -l output -d 'File to write; its name usually ends in .plym' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l geometry -l wkt -d 'Column of the polygons\' geometry' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l layer -d 'Layer of the polygons, in GeoPackage' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l id -d 'Column of the polygon\'s id' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l vertices-of -d 'One vertex a row: the column of their polygon' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l order -d 'With --vertices-of: the column of numbers that orders the vertices [default: as the rows are]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l circles -d 'Each row is a circle: the column of its radius' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l polygons-x -d 'With --vertices-of or --circles: the column of x [default: guessed, e.g. x, lon, easting]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l polygons-y -d 'With --vertices-of or --circles: the column of y [default: guessed, e.g. y, lat, northing]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l format -l polygons-format -d 'Format of POLYGONS [default: by content and extension]' -r -f -a "csv\t''
tsv\t''
geojson\t''
geojsonl\t''
parquet\t''
arrow\t''
arrows\t''
fgb\t''
gpkg\t''
shp\t''"
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l on-invalid -d 'What to do with a row that holds no polygon: null, empty, or of another geometry type' -r -f -a "raise\t'Stop, and report the row'
skip\t'Let it match nothing, and count it'"
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l fields -d 'Columns or properties to save, as `match --fields` reads them [default: all]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l delimiter -d 'Character between cells [default: found]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l quote -d 'Character around cells, or `none` [default: found, of " and \']' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l decimal -d 'Decimal mark of numbers: . or , [default: .]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l encoding -d 'Encoding, e.g. windows-1252 [default: UTF-8]' -r
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l inclusive -d 'A polygon at exactly max-dist is near too'
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l nulls-last -d 'Polygons without a min: or max: value come last'
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l planar -d 'Treat degrees as plane coordinates, and max-dist or radii as degrees'
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -s q -l quiet -d 'Print nothing on stderr but warnings and errors'
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l no-header -d 'There is no header: columns are #1, #2, ...'
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -l header -d 'The first row is a header, even if it looks like a row'
complete -c poly-match -n "__fish_poly_match_using_subcommand index" -s h -l help -d 'Print this help'
complete -c poly-match -n "__fish_poly_match_using_subcommand help; and not __fish_seen_subcommand_from match summary info check index help" -f -a "match" -d 'Match every point to the best polygon near it'
complete -c poly-match -n "__fish_poly_match_using_subcommand help; and not __fish_seen_subcommand_from match summary info check index help" -f -a "summary" -d 'Count the points of each polygon'
complete -c poly-match -n "__fish_poly_match_using_subcommand help; and not __fish_seen_subcommand_from match summary info check index help" -f -a "info" -d 'Show what is in a file of points or polygons, or in a saved matcher'
complete -c poly-match -n "__fish_poly_match_using_subcommand help; and not __fish_seen_subcommand_from match summary info check index help" -f -a "check" -d 'Find what is suspicious in polygons, and where'
complete -c poly-match -n "__fish_poly_match_using_subcommand help; and not __fish_seen_subcommand_from match summary info check index help" -f -a "index" -d 'Build a matcher of polygons once, and save it'
complete -c poly-match -n "__fish_poly_match_using_subcommand help; and not __fish_seen_subcommand_from match summary info check index help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
