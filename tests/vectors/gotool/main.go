// Reads a published log with golang.org/x/mod/sumdb alone: the signed note, every tile, a proof of every record,
// the growth from an older tree, and a tlog-proof text.
//
//	gotool FOLDER VKEY OLD_SIZE OLD_ROOT PROOF LEAF
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		// C2SP tlog-tiles leaves the height of the tiles out of the path.
		data, err := os.ReadFile(filepath.Join(string(f), strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func check(what string, err error) {
	if err != nil {
		fmt.Println(what, err)
		os.Exit(1)
	}
}

func open(signed []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	check("key", err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check("note", err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check("size", err)
	return tlog.Tree{N: size, Hash: parse(lines[2])}
}

func parse(text string) (hash tlog.Hash) {
	data, err := base64.StdEncoding.DecodeString(text)
	check("hash", err)
	copy(hash[:], data)
	return hash
}

func main() {
	place, vkey := os.Args[1], os.Args[2]
	signed, err := os.ReadFile(filepath.Join(place, "checkpoint"))
	check("checkpoint", err)
	tree := open(signed, vkey)
	reader := tlog.TileHashReader(tree, folder(place))

	for number := int64(0); number < tree.N; number++ {
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, number)})
		check("tile", err)
		proof, err := tlog.ProveRecord(tree.N, number, reader)
		check("prove", err)
		check("record", tlog.CheckRecord(proof, tree.N, tree.Hash, number, hashes[0]))
	}

	old, err := strconv.ParseInt(os.Args[3], 10, 64)
	check("old size", err)
	growth, err := tlog.ProveTree(tree.N, old, reader)
	check("prove growth", err)
	check("growth", tlog.CheckTree(growth, tree.N, tree.Hash, old, parse(os.Args[4])))

	text, err := os.ReadFile(os.Args[5])
	check("proof", err)
	leaf, err := os.ReadFile(os.Args[6])
	check("leaf", err)
	head, checkpoint, _ := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check("index", err)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		proof = append(proof, parse(line))
	}
	proven := open([]byte(checkpoint), vkey)
	check("our proof", tlog.CheckRecord(proof, proven.N, proven.Hash, index, tlog.RecordHash(leaf)))
	fmt.Println("verified", tree.N)
}
